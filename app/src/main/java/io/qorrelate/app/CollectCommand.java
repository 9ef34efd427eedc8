package io.qorrelate.app;

import io.qorrelate.collectors.CollectorSettings;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.file.FileCollector;
import io.qorrelate.collectors.file.FileCollectorSettings;
import io.qorrelate.collectors.http.HttpCollector;
import io.qorrelate.collectors.http.HttpCollectorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The collectors alone, against an existing Kafka. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = "Runs the collectors against an existing Kafka: HTTP until Ctrl-C, or a file.")
final class CollectCommand implements Callable<Integer> {
    @Option(names = "--kafka", paramLabel = "HOST:PORT", required = true, description = "bootstrap servers")
    private String kafka = "";

    @Option(
            names = "--http-host",
            defaultValue = "127.0.0.1",
            description = "interface to listen on (default: ${DEFAULT-VALUE})")
    private String httpHost = "127.0.0.1";

    @Option(
            names = "--http-port",
            defaultValue = "8080",
            description = "port of the HTTP collector (default: ${DEFAULT-VALUE})")
    private int httpPort;

    @Option(
            names = "--metrics-host",
            defaultValue = "127.0.0.1",
            description = "interface of /metrics (default: ${DEFAULT-VALUE})")
    private String metricsHost = "127.0.0.1";

    @Option(
            names = "--metrics-port",
            defaultValue = "9464",
            description = "port of /metrics (default: ${DEFAULT-VALUE})")
    private int metricsPort;

    @Option(names = "--file", paramLabel = "FILE", description = "read this file (NDJSON) instead of listening")
    private @Nullable Path file;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            defaultValue = ".qorrelate/checkpoints",
            description = "folder that remembers how far each file is read (default: ${DEFAULT-VALUE})")
    private Path checkpoints = Path.of(".qorrelate/checkpoints");

    @Option(names = "--follow", description = "follow the file as it grows")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        KafkaTopics.create(settings, 4, (short) -1);
        Path source = file;
        CollectorSettings configured = new HttpCollectorSettings(httpHost, httpPort);
        if (source != null) {
            if (!follow && !Files.exists(source)) {
                System.err.println("cannot read " + source + ": there is no such file");
                return Main.FAILED;
            }
            configured = follow
                    ? FileCollectorSettings.tail(List.of(source), checkpoints)
                    : FileCollectorSettings.once(List.of(source), checkpoints);
        }
        try (Metrics metrics = new Metrics(metricsHost, metricsPort);
                Collectors collectors =
                        Collectors.start(new PublisherSettings(kafka), List.of(configured), metrics.registry())) {
            for (HttpCollector http : collectors.running(HttpCollector.class)) {
                System.err.println("the HTTP collector listens on " + httpHost + ":" + http.port());
            }
            if (source != null && !follow) {
                collectors.running(FileCollector.class).getFirst().finished().get();
            } else {
                UntilStopped.await();
            }
        }
        return Main.OK;
    }
}
