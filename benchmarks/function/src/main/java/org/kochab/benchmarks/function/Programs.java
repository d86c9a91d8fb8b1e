package org.kochab.benchmarks.function;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** The modules that are called, as bytes; as text they are in {@code examples/function.wat} and in the comments. */
final class Programs {
    /** Answers with its input in capital letters. */
    static final byte[] SHOUT = parse(
            """
            0061736d01000000010c0260047f7f7f7f017f60000002440216776173695f736e617073686f745f70726576696577310766645f
            72656164000016776173695f736e617073686f745f70726576696577310866645f77726974650000030201010503010001071302
            066d656d6f72790200065f737461727400020a7c017a01037f024003404100418002360200410441802036020041004100410141
            0810000d01410828020021002000450d0141002101034020012d0080022102200241e1006b411a4904402001200241206b3a0080
            020b200141016a210120012000490d000b41042000360200410141004101410810011a0c000b0b0b
            """);

    /** {@code (loop $again (br $again))} */
    static final byte[] ENDLESS =
            parse("0061736d01000000010401600000030201000503010001070a01065f737461727400000a0901070003400c000b0b");

    /** Takes pages until there are no more, and is then {@code (unreachable)}. */
    static final byte[] HOG = parse(
            "0061736d01000000010401600000030201000503010001070a01065f737461727400000a11010f0003404101400041004e0d000b000b");

    private Programs() {}

    private static byte[] parse(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    /** The first one, with a section that says nothing but a number: another module to whoever goes by its digest. */
    static byte[] another(int number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SHOUT);
        out.writeBytes(new byte[] {0, 6, 1, 'n'});
        out.writeBytes(ByteBuffer.allocate(4).putInt(number).array());
        return out.toByteArray();
    }
}
