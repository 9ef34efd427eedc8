package io.qorrelate.collectors.syslog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that were heard and are not in Kafka yet, up to a number of bytes: those that wait to be read, and those that were taken and
 * are under way. Who may be kept waiting is; who may not is told that there is no room.
 */
final class Inbox {
    private final int capacityBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition some = lock.newCondition();
    private final ArrayDeque<Datagram> messages = new ArrayDeque<>();
    private int heldBytes;
    private int putting;

    Inbox(int capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** Takes a message if there is room. */
    boolean offer(Datagram message) {
        lock.lock();
        try {
            if (heldBytes + message.cost() > capacityBytes) {
                return false;
            }
            add(message);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a message, when there is room. */
    void put(Datagram message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            putting++;
            while (heldBytes + message.cost() > capacityBytes) {
                room.await();
            }
            add(message);
        } finally {
            putting--;
            lock.unlock();
        }
    }

    private void add(Datagram message) {
        heldBytes += message.cost();
        messages.add(message);
        some.signal();
    }

    /** Whether none waits to be read. */
    boolean isEmpty() {
        lock.lock();
        try {
            return messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all have been let go, but no longer than that. */
    void awaitEmpty(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (heldBytes + putting > 0 && left > 0) {
                left = room.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for messages and gives some of them, in order; they keep their room until they are {@linkplain #release let go}. */
    List<Datagram> take(int most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.isEmpty()) {
                some.await();
            }
            List<Datagram> taken = new ArrayList<>(Math.min(most, messages.size()));
            while (taken.size() < most && !messages.isEmpty()) {
                taken.add(messages.remove());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of what was taken, in bytes of {@link Datagram#cost()}. */
    void release(int bytes) {
        lock.lock();
        try {
            heldBytes -= bytes;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
