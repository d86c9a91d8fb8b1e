package org.kochab.testkit.runtime;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.kochab.spi.runtime.OutputSink;

/** What a sink was given. */
final class Output implements OutputSink {
    final CountDownLatch something = new CountDownLatch(1);
    private final StringBuffer text = new StringBuffer();

    @Override
    public void output(boolean error, byte[] bytes, int offset, int length) {
        text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
        something.countDown();
    }

    String text() {
        return text.toString();
    }
}
