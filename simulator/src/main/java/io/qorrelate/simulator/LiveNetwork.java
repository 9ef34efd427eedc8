package io.qorrelate.simulator;

import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the simulation run with the wall clock and posts what it reports to the HTTP collector, in order, each batch until it is
 * accepted.
 */
public final class LiveNetwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveNetwork.class);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int BATCH = 2000;
    private static final int ACCEPTED = 202;
    private static final int CLIENT_ERROR = 400;
    private static final int TOO_SLOW = 408;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final NetworkSimulation simulation;
    private final URI collector;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Thread thread;
    private volatile boolean stopping;

    /**
     * Starts at once.
     *
     * @param collector where telemetry is posted
     * @param caughtUp is told once, when the history before now has been accepted
     */
    public LiveNetwork(NetworkSimulation simulation, URI collector, Clock clock, Consumer<Long> caughtUp) {
        this.simulation = simulation;
        this.collector = collector;
        this.clock = clock;
        thread = new Thread(() -> run(caughtUp), "live-network");
        thread.start();
    }

    /** The simulation; callers hold its lock while they use it. */
    NetworkSimulation simulation() {
        return simulation;
    }

    Clock clock() {
        return clock;
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(STOP_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run(Consumer<Long> caughtUp) {
        boolean first = true;
        try {
            while (!stopping) {
                List<TelemetryEvent> events;
                synchronized (simulation) {
                    events = simulation.advanceTo(clock.instant());
                }
                for (int from = 0; from < events.size(); from += BATCH) {
                    post(events.subList(from, Math.min(events.size(), from + BATCH)));
                }
                if (first && !stopping) {
                    first = false;
                    caughtUp.accept((long) events.size());
                }
                Thread.sleep(TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void post(List<TelemetryEvent> events) throws InterruptedException {
        byte[] body = ndjson(events);
        HttpRequest request = HttpRequest.newBuilder(collector)
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        while (!stopping) {
            Duration pause = PAUSE;
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status == ACCEPTED) {
                    return;
                }
                if (status >= CLIENT_ERROR && status < SERVER_ERROR && status != TOO_MANY && status != TOO_SLOW) {
                    LOG.error("the collector refuses what the simulator sends: {} {}", status, response.body());
                    return;
                }
                pause = pause(response);
            } catch (IOException e) {
                LOG.info("the collector cannot be reached, trying again: {}", e.toString());
            }
            Thread.sleep(pause);
        }
    }

    /** As long as the collector asks for, within reason. */
    private static Duration pause(HttpResponse<String> response) {
        String asked = response.headers().firstValue("Retry-After").orElse("");
        return asked.matches("\\d{1,6}")
                ? Duration.ofSeconds(Math.clamp(Long.parseLong(asked), PAUSE.toSeconds(), LONGEST_PAUSE.toSeconds()))
                : PAUSE;
    }

    /** Events as NDJSON. */
    public static byte[] ndjson(List<TelemetryEvent> events) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(512 * Math.max(1, events.size()));
        for (TelemetryEvent event : events) {
            body.writeBytes(TelemetryJson.write(event));
            body.write('\n');
        }
        return body.toByteArray();
    }
}
