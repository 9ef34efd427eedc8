package io.qorrelate.collectors;

import java.time.Duration;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What belongs together on its way to Kafka: one request, one stretch of a file. Knows which of it Kafka has acknowledged, so
 * that the sender can be told from where to send again. Offered to by one thread.
 */
public final class Shipment {
    private static final Duration LOOK_UP = Duration.ofMillis(100);

    private final TelemetryPublisher publisher;
    private final String collector;
    private final String source;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private final BitSet missing = new BitSet();
    private int pending;
    private int accepted;
    private int rejected;
    private @Nullable Exception failure;

    /**
     * @param collector name of the collector, for headers and metrics
     * @param source where the shipment comes from: an address, a file
     */
    public Shipment(TelemetryPublisher publisher, String collector, String source) {
        this.publisher = publisher;
        this.collector = collector;
        this.source = source;
    }

    /**
     * Hands over one piece. After a failure nothing more is taken, so that order is kept when the rest is sent again.
     *
     * @param number of the piece within the shipment, rising
     * @param position where in the source it stood, for people
     * @param patience how long to wait for room
     */
    public Offer offer(Intake intake, int number, String position, Duration patience) throws InterruptedException {
        if (intake instanceof Intake.Rejected nothing && nothing.totalBytes() == 0) {
            // A flaw between pieces: there are no bytes to keep.
            lock.lock();
            try {
                rejected++;
            } finally {
                lock.unlock();
            }
            return Offer.TAKEN;
        }
        lock.lock();
        try {
            if (failure != null) {
                return Offer.UNAVAILABLE;
            }
            pending++;
            missing.set(number);
        } finally {
            lock.unlock();
        }
        Offer offer = Offer.UNAVAILABLE;
        try {
            offer = publisher.offer(
                    intake, collector, source, position, patience, problem -> settle(intake, number, problem));
        } finally {
            if (offer != Offer.TAKEN) {
                notTaken(number);
            }
        }
        return offer;
    }

    /**
     * Waits until Kafka has everything.
     *
     * @return whether it has; false where something failed, Kafka stalls, or the time is over
     */
    public boolean await(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lock();
        try {
            while (pending > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || publisher.isStalled()) {
                    return false;
                }
                var unused = settled.awaitNanos(Math.min(left, LOOK_UP.toNanos()));
            }
            return failure == null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is nothing more to wait for: Kafka has everything, or something failed. */
    public boolean isSettled() {
        lock.lock();
        try {
            return pending == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Events that Kafka has acknowledged. */
    public int accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** Rejected inputs that Kafka has acknowledged as dead letters. */
    public int rejected() {
        lock.lock();
        try {
            return rejected;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the first piece that was taken but not acknowledged: everything before it is safe. */
    public OptionalInt firstMissing() {
        lock.lock();
        try {
            int first = missing.nextSetBit(0);
            return first < 0 ? OptionalInt.empty() : OptionalInt.of(first);
        } finally {
            lock.unlock();
        }
    }

    /** The first failure, if there was one. */
    public @Nullable Exception failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    private void settle(Intake intake, int number, @Nullable Exception problem) {
        lock.lock();
        try {
            pending--;
            if (problem != null) {
                failure = failure == null ? problem : failure;
            } else {
                missing.clear(number);
                switch (intake) {
                    case Intake.Accepted event -> accepted++;
                    case Intake.Rejected input -> rejected++;
                }
            }
            if (pending == 0) {
                settled.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void notTaken(int number) {
        lock.lock();
        try {
            pending--;
            missing.clear(number);
        } finally {
            lock.unlock();
        }
    }
}
