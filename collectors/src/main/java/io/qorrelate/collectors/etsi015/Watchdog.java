package io.qorrelate.collectors.etsi015;

import java.time.Duration;

/** Does something where nothing has happened for too long, such as hanging up on who does not answer. */
final class Watchdog implements AutoCloseable {
    private final long patienceNanos;
    private final Runnable bite;
    private final Thread thread;
    private volatile long fedAtNanos = System.nanoTime();
    private volatile boolean asleep;
    private volatile boolean bitten;

    Watchdog(Duration patience, Runnable bite) {
        patienceNanos = patience.toNanos();
        this.bite = bite;
        thread = Thread.ofVirtual().name("watchdog").start(this::watch);
    }

    /** Something is waited for from now on. */
    void wake() {
        fedAtNanos = System.nanoTime();
        asleep = false;
    }

    /** It has happened, and the next thing is not waited for yet. */
    void sleep() {
        asleep = true;
    }

    /** Whether nothing did. */
    boolean hasBitten() {
        return bitten;
    }

    private void watch() {
        try {
            while (true) {
                long left = asleep ? patienceNanos : patienceNanos - (System.nanoTime() - fedAtNanos);
                if (left <= 0) {
                    bitten = true;
                    bite.run();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
