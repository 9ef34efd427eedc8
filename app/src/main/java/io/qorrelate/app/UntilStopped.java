package io.qorrelate.app;

import java.util.concurrent.CountDownLatch;

/** Waits for the signal to stop, and lets the caller finish before the JVM does. */
final class UntilStopped {
    private UntilStopped() {}

    static void await() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            asked.countDown();
                            try {
                                caller.join();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "stop"));
        asked.await();
    }
}
