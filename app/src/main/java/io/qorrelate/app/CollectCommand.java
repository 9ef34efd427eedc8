package io.qorrelate.app;

import io.qorrelate.collectors.CollectorSettings;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.buffer.BufferSettings;
import io.qorrelate.collectors.file.FileCollector;
import io.qorrelate.collectors.file.FileCollectorSettings;
import io.qorrelate.collectors.http.HttpCollector;
import io.qorrelate.collectors.http.HttpCollectorSettings;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The collectors alone, against an existing Kafka. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description =
                "Runs the collectors against an existing Kafka: HTTP and the sources of a file until Ctrl-C, or a file.")
final class CollectCommand implements Callable<Integer> {
    private static final int PARTITIONS = 4;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "bootstrap servers; required, but for a dry run")
    private @Nullable String kafka;

    @Option(
            names = {"--sources", "--source"},
            paramLabel = "FILE",
            description = "equipment to collect from (YAML), read anew when it changes")
    private @Nullable Path sources;

    @Option(
            names = "--dry-run",
            description = "print the events that each of the sources gives when it is asked once, without Kafka")
    private boolean dryRun;

    @Option(
            names = "--payload",
            paramLabel = "FILE",
            description = "with --dry-run: what a source says, instead of asking it; - for standard input")
    private @Nullable Path payload;

    @Option(names = "--only", paramLabel = "ID", description = "with --dry-run: this source alone")
    private @Nullable String only;

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

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".qorrelate",
            description = "folder of what must survive a restart (default: ${DEFAULT-VALUE})")
    private Path dataDir = Path.of(".qorrelate");

    @Option(
            names = "--buffer-bytes",
            paramLabel = "BYTES",
            defaultValue = "536870912",
            description =
                    "most that is kept on disk of what sources say while Kafka is away (default: ${DEFAULT-VALUE})")
    private long bufferBytes;

    @Option(
            names = "--buffer-age",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "how long it is kept (ISO 8601; default: ${DEFAULT-VALUE})")
    private Duration bufferAge = Duration.ofHours(24);

    @Option(
            names = "--maps",
            paramLabel = "DIR",
            description = "mappings NAME.yml of tables that are posted as text/csv with ?map=NAME")
    private @Nullable Path maps;

    @Option(names = "--follow", description = "follow the file as it grows")
    private boolean follow;

    @Override
    public Integer call() throws Exception {
        if (dryRun) {
            if (sources == null) {
                throw new ParameterException(spec.commandLine(), "--dry-run needs the sources: --source FILE");
            }
            return new DryRun(System.out, System.err).of(sources, only, payload);
        }
        if (kafka == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--kafka=HOST:PORT'");
        }
        if (bufferBytes < BufferSettings.MIN_MAX_BYTES || bufferAge.isNegative() || bufferAge.isZero()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--buffer-bytes is at least " + BufferSettings.MIN_MAX_BYTES
                            + ", and --buffer-age such as PT24H and more than nothing");
        }
        if (payload != null || only != null) {
            throw new ParameterException(spec.commandLine(), "--payload and --only go with --dry-run");
        }
        return collect(kafka);
    }

    private int collect(String kafka) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        try {
            KafkaTopics.create(settings, PARTITIONS, (short) -1);
        } catch (KafkaTopics.NoAnswer e) {
            if (sources == null) {
                throw e;
            }
            // What polls give is kept on disk; equipment does not wait for Kafka.
            System.err.println(e.getMessage() + "; collecting begins all the same");
            KafkaTopics.createWhenThere(settings, PARTITIONS, (short) -1);
        }
        Path source = file;
        List<CollectorSettings> configured = new ArrayList<>();
        if (source != null) {
            if (!follow && !Files.exists(source)) {
                System.err.println("cannot read " + source + ": there is no such file");
                return Main.FAILED;
            }
            configured.add(
                    follow
                            ? FileCollectorSettings.tail(List.of(source), checkpoints)
                            : FileCollectorSettings.once(List.of(source), checkpoints));
        } else {
            configured.add(new HttpCollectorSettings(httpHost, httpPort, maps));
        }
        if (sources != null) {
            configured.add(new SourcesSettings(sources, SourceTypes.all(), bufferBytes, bufferAge));
        }
        try (Metrics metrics = new Metrics(metricsHost, metricsPort);
                Collectors collectors = Collectors.start(
                        new PublisherSettings(kafka),
                        EventIntake.DEFAULT_ALLOWED_SKEW,
                        configured,
                        metrics.registry(),
                        dataDir.resolve("collectors"))) {
            for (HttpCollector http : collectors.running(HttpCollector.class)) {
                System.err.println("the HTTP collector listens on " + httpHost + ":" + http.port());
            }
            metrics.page().show(collectors.running(Sources.class));
            for (Sources running : collectors.running(Sources.class)) {
                System.err.println("collecting from " + running.count() + " sources of " + sources);
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
