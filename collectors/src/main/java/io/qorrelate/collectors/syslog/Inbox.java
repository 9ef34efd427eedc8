package io.qorrelate.collectors.syslog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Messages that wait to be read, up to a number of bytes. Who may be kept waiting is; who may not is told that there is no room. */
final class Inbox {
    private final int capacityBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition some = lock.newCondition();
    private final ArrayDeque<Datagram> messages = new ArrayDeque<>();
    private int heldBytes;

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
            while (heldBytes + message.cost() > capacityBytes) {
                room.await();
            }
            add(message);
        } finally {
            lock.unlock();
        }
    }

    private void add(Datagram message) {
        heldBytes += message.cost();
        messages.add(message);
        some.signal();
    }

    /** Waits until all have been taken, but no longer than that. */
    void awaitEmpty(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!messages.isEmpty() && left > 0) {
                left = room.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for messages and gives some of them, in order. */
    List<Datagram> take(int most) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (messages.isEmpty()) {
                some.await();
            }
            List<Datagram> taken = new ArrayList<>(Math.min(most, messages.size()));
            while (taken.size() < most && !messages.isEmpty()) {
                Datagram message = messages.remove();
                heldBytes -= message.cost();
                taken.add(message);
            }
            room.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
