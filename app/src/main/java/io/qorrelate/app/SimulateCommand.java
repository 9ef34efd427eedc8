package io.qorrelate.app;

import io.qorrelate.model.yaml.YamlValue;
import io.qorrelate.simulator.LiveNetwork;
import io.qorrelate.simulator.Metropolis;
import io.qorrelate.simulator.NetworkSimulation;
import io.qorrelate.simulator.Scenario;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Telemetry of the simulated network as a file. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Writes telemetry of the simulated network as NDJSON to standard output, in event time.")
final class SimulateCommand implements Callable<Integer> {
    private static final Duration PIECE = Duration.ofMinutes(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);

    @Option(
            names = "--duration",
            defaultValue = "PT2H",
            description = "how much of it (ISO 8601; default: ${DEFAULT-VALUE})")
    private Duration duration = Duration.ofHours(2);

    @Option(
            names = "--interval",
            defaultValue = "PT10S",
            description = "time between a link's reports (default: ${DEFAULT-VALUE})")
    private Duration interval = Duration.ofSeconds(10);

    @Option(
            names = "--start",
            defaultValue = "2026-11-23T00:00:00Z",
            description = "first event time (default: ${DEFAULT-VALUE})")
    private Instant start = Instant.EPOCH;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "the same seed gives the same telemetry (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--scenario", description = "an incident to play")
    private @Nullable String scenario;

    @Option(names = "--link", defaultValue = "ams-1~del-1", description = "on which link (default: ${DEFAULT-VALUE})")
    private String link = "ams-1~del-1";

    @Option(names = "--after", defaultValue = "PT1H", description = "when, after the start (default: ${DEFAULT-VALUE})")
    private Duration after = Duration.ofHours(1);

    @Option(names = "--topology-to", paramLabel = "FILE", description = "also writes the network's topology")
    private @Nullable Path topologyTo;

    @Override
    public Integer call() throws IOException {
        if (interval.toMillis() < 1 || interval.compareTo(LONGEST_INTERVAL) > 0) {
            System.err.println("--interval is from PT0.001S to " + LONGEST_INTERVAL + ", was " + interval);
            return Main.USAGE;
        }
        NetworkSimulation simulation = new NetworkSimulation(Metropolis.topology(), seed, start, interval);
        if (scenario != null) {
            Optional<Scenario> known = Scenario.of(scenario);
            if (known.isEmpty()) {
                System.err.println(
                        "no scenario is named '" + scenario + "'" + YamlValue.suggestion(scenario, Scenario.names()));
                return Main.USAGE;
            }
            if (!simulation.linkIds().contains(link)) {
                System.err.println(
                        "no link is named '" + link + "'" + YamlValue.suggestion(link, simulation.linkIds()));
                return Main.USAGE;
            }
            simulation.play(known.get(), link, known.get().magnitude(), start.plus(after));
        }
        if (topologyTo != null) {
            Files.writeString(topologyTo, Metropolis.topologyYaml());
        }
        Instant end = start.plus(duration);
        // Flushed, not closed: standard output is not ours to close.
        OutputStream out = new BufferedOutputStream(System.out);
        for (Instant now = start.plus(PIECE); now.isBefore(end.plus(PIECE)); now = now.plus(PIECE)) {
            out.write(LiveNetwork.ndjson(simulation.advanceTo(now.isBefore(end) ? now : end)));
        }
        out.flush();
        if (System.out.checkError()) {
            System.err.println("standard output takes no more");
            return Main.FAILED;
        }
        return Main.OK;
    }
}
