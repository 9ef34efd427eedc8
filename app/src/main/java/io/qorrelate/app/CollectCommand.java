package io.qorrelate.app;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.Publisher;
import io.qorrelate.collectors.file.FileCollector;
import io.qorrelate.collectors.http.HttpCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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

    @Option(names = "--follow", description = "follow the file as it grows")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        KafkaTopics.create(settings, 4, (short) -1);
        Intake intake = new Intake(Clock.systemUTC());
        try (Metrics metrics = new Metrics(metricsHost, metricsPort);
                Publisher publisher = Publisher.connect(settings, metrics.registry())) {
            if (file != null) {
                Path place = file.resolveSibling("." + file.getFileName() + ".place");
                FileCollector collector = new FileCollector(file, place, intake, publisher);
                if (follow) {
                    collector.tail();
                    return Main.OK;
                }
                if (!Files.exists(file)) {
                    System.err.println("cannot read " + file + ": there is no such file");
                    return Main.FAILED;
                }
                FileCollector.Progress progress = collector.once();
                System.err.println(progress.accepted() + " events accepted, " + progress.rejected() + " rejected");
                return Main.OK;
            }
            try (HttpCollector http = HttpCollector.start(
                    new HttpCollector.Settings(httpHost, httpPort), intake, publisher, metrics.registry())) {
                System.err.println("the HTTP collector listens on " + httpHost + ":" + http.port());
                UntilStopped.await();
            }
        }
        return Main.OK;
    }
}
