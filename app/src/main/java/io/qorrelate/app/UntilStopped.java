package io.qorrelate.app;

import java.util.concurrent.CountDownLatch;

/** Waits for the signal to stop, and lets the caller finish before the JVM does. */
final class UntilStopped {
    private static final CountDownLatch ASKED = new CountDownLatch(1);

    private UntilStopped() {}

    /** Whether the process ends already; who asks for its end then would wait for ever. */
    static boolean isStopping() {
        return ASKED.getCount() == 0;
    }

    static void await() throws InterruptedException {
        Thread caller = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ASKED.countDown();
                            try {
                                caller.join();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "stop"));
        ASKED.await();
    }
}
