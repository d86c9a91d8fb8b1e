package org.kochab.runtime.wasm.internal;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.util.function.Function;
import org.kochab.spi.runtime.RuntimeFailure;

/**
 * A module, checked and compiled; shared by all tasks that run it.
 *
 * @param weight bytes of heap, beside the linear memory of each task
 */
record Program(WasmModule module, Function<Instance, Machine> machines, MemoryLimits memory, long weight) {
    static final String START = "_start";
    private static final String WASI = "wasi_snapshot_preview1";
    private static final int MOST_TABLES = 4;
    static final int MOST_TABLE_ENTRIES = 1 << 16;
    private static final int MOST_IMPORTS = 64;
    private static final int MOST_TYPES = 4096;
    private static final int MOST_FUNCTIONS = 1 << 15;

    /** @throws RuntimeFailure if it is no module, or none that can be run here */
    static Program load(String image, byte[] bytes, long loading, boolean interpreter) {
        WasmModule module;
        MemoryLimits memory;
        try {
            module = Parser.parse(bytes);
            checkSize(image, module);
            checkFeatures(image, module);
            checkStart(image, module);
            memory = memory(image, module);
        } catch (RuntimeFailure e) {
            throw e;
        } catch (ChicoryException e) {
            throw Weight.broken(image, String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            // A parser that stumbles over what somebody sent says so in many ways, and what it lets pass may point to
            // nowhere.
            throw Weight.broken(image, e.toString());
        }
        try {
            Function<Instance, Machine> machines = MachineFactoryCompiler.builder(module)
                    .withInterpreterFallback(interpreter ? InterpreterFallback.SILENT : InterpreterFallback.FAIL)
                    .compile();
            return new Program(module, machines, memory, Weight.loaded(module, loading, bytes.length));
        } catch (ChicoryException e) {
            throw cannot(
                    image,
                    "it cannot be compiled (" + e.getMessage()
                            + "); if a function is too large, compile it for size, or set interpreter for this driver");
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            throw cannot(image, "it cannot be compiled: " + e);
        }
    }

    private static RuntimeFailure cannot(String image, String why) {
        return new RuntimeFailure(RuntimeFailure.Code.INVALID, "image " + image + " cannot be run: " + why);
    }

    private static void checkSize(String image, WasmModule module) {
        int imports = module.importSection().importCount();
        int types = module.typeSection().types().length;
        int functions = module.functionSection().functionCount();
        if (imports > MOST_IMPORTS || types > MOST_TYPES || functions > MOST_FUNCTIONS) {
            throw cannot(
                    image,
                    "it has " + imports + " imports, " + types + " types and " + functions
                            + " functions; the compiler takes at most " + MOST_IMPORTS + ", " + MOST_TYPES + " and "
                            + MOST_FUNCTIONS);
        }
        long entries = 0;
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            entries += module.tableSection().getTable(i).limits().min();
        }
        if (module.tableSection().tableCount() > MOST_TABLES || entries > MOST_TABLE_ENTRIES) {
            throw cannot(
                    image, "it has more than " + MOST_TABLES + " tables or " + MOST_TABLE_ENTRIES + " entries in them");
        }
    }

    /** What has no limit that this driver could set: objects on the heap beside the linear memory. */
    private static void checkFeatures(String image, WasmModule module) {
        for (var body : module.codeSection().functionBodies()) {
            for (var instruction : body.instructions()) {
                String name = instruction.opcode().name();
                if (name.startsWith("ARRAY_") || name.startsWith("STRUCT_") || name.endsWith("_I31")) {
                    throw cannot(image, "it uses garbage-collected objects, whose memory cannot be limited");
                }
            }
        }
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var imported = module.importSection().getImport(i);
            if (!(imported instanceof FunctionImport) || !imported.module().equals(WASI)) {
                throw cannot(
                        image,
                        "it imports " + imported.module() + "." + imported.name() + "; only functions of " + WASI
                                + " are there: compile it for wasm32-wasip1");
            }
        }
    }

    private static void checkStart(String image, WasmModule module) {
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            if (export.name().equals(START) && export.exportType() == ExternalType.FUNCTION) {
                int own = export.index() - module.importSection().count(ExternalType.FUNCTION);
                FunctionType type = own < 0
                        ? null
                        : module.typeSection().getType(module.functionSection().getFunctionType(own));
                if (type != null && type.params().isEmpty() && type.returns().isEmpty()) {
                    return;
                }
            }
        }
        throw new RuntimeFailure(
                RuntimeFailure.Code.COMMAND,
                "image " + image + " has no function " + START
                        + " without parameters and results: it is a library, not a command");
    }

    private static MemoryLimits memory(String image, WasmModule module) {
        int memories =
                module.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (memories == 0) {
            return new MemoryLimits(0, 0);
        }
        MemoryLimits limits = module.memorySection().orElseThrow().getMemory(0).limits();
        if (memories > 1 || limits.shared()) {
            throw cannot(image, "it has several memories, or one that is shared between threads");
        }
        return limits;
    }
}
