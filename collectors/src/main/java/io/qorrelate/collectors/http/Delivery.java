package io.qorrelate.collectors.http;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Publisher;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What one request brings: its events on their way to Kafka, its rejects on their way to the dead letters. */
final class Delivery {
    /** How long a request waits for room before its sender is asked to come back: longer than Kafka's hiccups. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Errors told in an answer; the dead letters have them all. */
    private static final int MOST_ERRORS = 100;

    private final Intake intake;
    private final Publisher publisher;
    private final String source;
    private final List<Problem> problems = new ArrayList<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    private long rejected;

    /** A place in the body that is no event. */
    record Problem(long line, String reason, String message) {}

    Delivery(Intake intake, Publisher publisher, String source) {
        this.intake = intake;
        this.publisher = publisher;
        this.source = source;
    }

    /** Takes one event's bytes; throws {@link Publisher.Full} where there is no room for it. */
    void take(byte[] bytes, long line) {
        try {
            TelemetryEvent event = intake.read(bytes, 0, bytes.length);
            follow(publisher.telemetry(event, HttpCollector.NAME, PATIENCE), true);
        } catch (InvalidEvent e) {
            reject(bytes, line, e.reason().wireName(), String.valueOf(e.getMessage()));
        }
    }

    /** Takes something that is no event. */
    void reject(byte[] bytes, long line, String reason, String message) {
        rejected++;
        if (problems.size() < MOST_ERRORS) {
            problems.add(new Problem(line, reason, message));
        }
        follow(
                publisher.deadLetter(
                        bytes,
                        reason,
                        "line " + line + ": " + message,
                        source,
                        HttpCollector.NAME,
                        intake.clock().instant(),
                        PATIENCE),
                false);
    }

    private void follow(CompletableFuture<Void> sent, boolean event) {
        CompletableFuture<Void> followed = sent.handle((done, failed) -> {
            if (failed != null) {
                failure.compareAndSet(null, failed instanceof CompletionException ? failed.getCause() : failed);
            } else if (event) {
                accepted.incrementAndGet();
            }
            return null;
        });
        // Chained, not collected: a body of a hundred thousand events keeps no list of as many futures.
        all = all.isDone() ? followed : all.thenCombine(followed, (one, other) -> null);
    }

    /** Whether Kafka has already refused some of it, so that reading on is in vain. */
    boolean hasFailed() {
        return failure.get() != null;
    }

    /** Waits until Kafka has answered for everything taken so far. */
    void await() {
        all.join();
    }

    long accepted() {
        return accepted.get();
    }

    long rejected() {
        return rejected;
    }

    List<Problem> problems() {
        return problems;
    }
}
