package io.qorrelate.app;

import io.qorrelate.app.embedded.EmbeddedElasticsearch;
import io.qorrelate.app.embedded.EmbeddedKafka;
import io.qorrelate.app.embedded.FolderLock;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.app.embedded.StartupException;
import io.qorrelate.collectors.CollectorSettings;
import io.qorrelate.collectors.Collectors;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.PublisherSettings;
import io.qorrelate.collectors.http.HttpCollector;
import io.qorrelate.collectors.http.HttpCollectorSettings;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.collectors.source.SourcesSettings;
import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.Topology;
import io.qorrelate.simulator.DrillServer;
import io.qorrelate.simulator.LiveNetwork;
import io.qorrelate.simulator.Metropolis;
import io.qorrelate.simulator.NetworkSimulation;
import io.qorrelate.streams.DiagnosisTopology;
import io.qorrelate.streams.StreamProcessors;
import io.qorrelate.streams.sink.ElasticsearchSink;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Everything that {@code up} starts, in the order in which each needs the others, and stopped in the reverse. Whatever fails to
 * start takes down what was started before it.
 */
final class Platform implements AutoCloseable {
    private static final Duration STREAMS_WITHIN = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    private static final Pattern HEAP = Pattern.compile("[1-9][0-9]*[mMgG]");
    private static final int LAST_PORT = 65_535;
    private static final String LOOPBACK = "127.0.0.1";
    private static final int PARTITIONS = 4;
    private static final int THREADS = 2;
    private static final String INSTANCE = "up";

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private CompletableFuture<String> fault = new CompletableFuture<>();
    private final Addresses addresses;

    /**
     * What is to be started, and where.
     *
     * @param data folder of everything that survives a restart
     * @param kafkaPort port of the embedded Kafka; 0 for a free one
     * @param kafka bootstrap servers of an existing Kafka; null to bring one
     * @param elasticsearchPort port of the embedded Elasticsearch; 0 for a free one
     * @param elasticsearch an existing Elasticsearch; null to bring one
     * @param topology topology file; null for the simulated network's, or none without simulation
     * @param sources file of the equipment to collect from; null for none
     * @param simulation whether the simulated network streams
     * @param history how much of the past the simulation tells on its first start
     */
    record Settings(
            Path data,
            int kafkaPort,
            @Nullable String kafka,
            int elasticsearchPort,
            @Nullable URI elasticsearch,
            String heap,
            int httpPort,
            int metricsPort,
            int drillPort,
            @Nullable Path topology,
            @Nullable Path rules,
            @Nullable Path sources,
            boolean simulation,
            Duration history,
            long seed) {
        Settings {
            if (!HEAP.matcher(heap).matches()) {
                throw new StartupException(
                        "The heap of Elasticsearch is a number of megabytes or gigabytes, such as 512m or 2g, and not '"
                                + heap + "': see --elasticsearch-heap.");
            }
            if (elasticsearch != null) {
                Elasticsearch.requireAddress(elasticsearch);
            }
            if (history.isNegative()) {
                throw new StartupException("The simulated network cannot tell " + history
                        + " of its past: --history is such as PT1H, or PT0S for none.");
            }
        }
    }

    /** Where what was started can be reached. */
    record Addresses(
            String kafka,
            URI elasticsearch,
            URI collector,
            URI metrics,
            @Nullable URI drills) {}

    private Platform(Settings settings, Consumer<String> progress) throws IOException, InterruptedException {
        try {
            addresses = startAll(settings, progress);
        } catch (Throwable failure) {
            // Stopping waits for servers, and who is interrupted would not wait.
            boolean interrupted = Thread.interrupted();
            close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
    }

    private Addresses startAll(Settings settings, Consumer<String> progress) throws IOException, InterruptedException {
        checkPorts(settings);
        takeData(settings.data());
        Topology topology = topology(settings);
        RulePack rules = Home.rules(settings.rules());
        if (settings.sources() != null) {
            // A mistake in it is told now and not when everything else has been started.
            var unused = SourceFile.read(settings.sources(), SourceTypes.all());
        }

        String bootstrap = settings.kafka();
        if (bootstrap == null) {
            progress.accept("starting Kafka");
            EmbeddedKafka broker = keep(EmbeddedKafka.start(settings.data().resolve("kafka"), settings.kafkaPort()));
            fault = fault.applyToEither(broker.fault(), reason -> reason);
            bootstrap = broker.bootstrapServers();
        }
        Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrap);
        if (settings.kafka() != null) {
            progress.accept("looking for Kafka at " + bootstrap);
        }
        KafkaTopics.create(kafka, PARTITIONS, (short) -1);
        progress.accept("Kafka is ready at " + bootstrap);

        URI url = settings.elasticsearch();
        if (url == null) {
            Path archive = Home.elasticsearchArchive();
            if (archive == null) {
                throw new StartupException(
                        "The Elasticsearch archive is missing: build once with access to Maven Central,"
                                + " or use a server of your own with --elasticsearch URL.");
            }
            progress.accept("starting Elasticsearch");
            EmbeddedElasticsearch server = keep(EmbeddedElasticsearch.start(
                    archive,
                    settings.data().resolve("elasticsearch"),
                    settings.elasticsearchPort(),
                    settings.heap(),
                    progress));
            fault = fault.applyToEither(server.fault(), reason -> reason);
            url = server.url();
        }
        Elasticsearch elasticsearch = keep(new Elasticsearch(url, null));
        elasticsearch.installTemplates(0);
        progress.accept("Elasticsearch is ready at " + url + ", index templates installed");

        Metrics metrics = keep(new Metrics(LOOPBACK, settings.metricsPort()));
        Clock clock = Clock.systemUTC();
        LinkDiagnosis diagnosis = new LinkDiagnosis(rules, DiagnosisSettings.defaults(), topology);
        StreamProcessors processors = keep(new StreamProcessors(
                DiagnosisTopology.draw(diagnosis, Timeline.DEFAULT_LATENESS, topology, metrics.registry(), clock),
                new StreamProcessors.Settings(
                        kafka, "qorrelate", INSTANCE, settings.data().resolve("streams"), THREADS, 1),
                metrics.registry()));
        keep(new ElasticsearchSink(
                kafka, "qorrelate-elasticsearch", INSTANCE, elasticsearch.client(), metrics.registry(), clock));
        awaitRunning(processors, progress);
        progress.accept("stream processors are running, " + rules.names().size() + " rules loaded");

        List<CollectorSettings> configured = new ArrayList<>();
        configured.add(new HttpCollectorSettings(LOOPBACK, settings.httpPort()));
        if (settings.sources() != null) {
            configured.add(new SourcesSettings(settings.sources(), SourceTypes.all()));
        }
        Collectors collectors = keep(Collectors.start(
                new PublisherSettings(bootstrap),
                EventIntake.DEFAULT_ALLOWED_SKEW,
                configured,
                metrics.registry(),
                settings.data().resolve("collectors")));
        int httpPort = collectors.running(HttpCollector.class).getFirst().port();
        URI collector = URI.create("http://" + LOOPBACK + ":" + httpPort + "/v1/telemetry");
        progress.accept("the HTTP collector listens at " + collector);
        metrics.page().show(collectors.running(Sources.class));
        for (Sources sources : collectors.running(Sources.class)) {
            progress.accept("collecting from " + sources.count() + " sources of " + settings.sources());
        }

        URI drills = settings.simulation() ? simulate(settings, topology, collector, clock, progress) : null;
        return new Addresses(
                bootstrap,
                url,
                collector,
                URI.create("http://" + LOOPBACK + ":" + metrics.port() + "/metrics"),
                drills);
    }

    /** Starts everything, telling what it does; what was started is stopped again where something fails. */
    static Platform start(Settings settings, Consumer<String> progress) throws IOException, InterruptedException {
        return new Platform(settings, progress);
    }

    Addresses addresses() {
        return addresses;
    }

    /** Completes with a sentence when a server that the platform brought has ended by itself; never when all was closed. */
    CompletableFuture<String> fault() {
        return fault.copy();
    }

    private URI simulate(Settings settings, Topology topology, URI collector, Clock clock, Consumer<String> progress)
            throws IOException {
        Path told = settings.data().resolve("simulation-begun");
        Instant now = clock.instant();
        // A network that was seen before has its baselines already; its past is not told twice.
        Instant begin = Files.exists(told) ? now : now.minus(settings.history());
        NetworkSimulation simulation = new NetworkSimulation(topology, settings.seed(), begin, REPORT_EVERY);
        LiveNetwork network = keep(new LiveNetwork(simulation, collector, clock, events -> {
            try {
                Files.writeString(told, begin.toString());
            } catch (IOException e) {
                progress.accept("the start of the simulation could not be noted: " + e.getMessage());
            }
            if (events > 0) {
                progress.accept("the simulated network has told its past: " + events + " events");
            }
        }));
        DrillServer drills = keep(DrillServer.start(settings.drillPort(), network));
        progress.accept("a simulated network of " + simulation.linkIds().size() + " links is streaming");
        return URI.create("http://" + LOOPBACK + ":" + drills.port());
    }

    private static Topology topology(Settings settings) throws IOException {
        Path file = settings.topology();
        if (file != null || !settings.simulation()) {
            return Home.topology(file);
        }
        Files.writeString(settings.data().resolve("topology.yaml"), Metropolis.topologyYaml());
        return Metropolis.topology();
    }

    /** Before anything is written there: a Kafka that opens the log of a running one has harmed it before it finds the lock. */
    private void takeData(Path data) throws IOException {
        try {
            Files.createDirectories(data);
            keep(FolderLock.take(data, "Qorrelate"));
        } catch (FileSystemException e) {
            throw new StartupException(
                    "Data cannot be kept in " + data + " (" + Failures.inWords(e)
                            + "): choose another folder with --data-dir.",
                    e);
        }
    }

    /** All at once and before anything is started: nothing is worse than failing at the last of five. */
    private static void checkPorts(Settings settings) {
        Map<Integer, String> wanted = new HashMap<>();
        checkPort(wanted, settings.httpPort(), "the HTTP collector", "--http-port");
        checkPort(wanted, settings.metricsPort(), "the metrics", "--metrics-port");
        if (settings.simulation()) {
            checkPort(wanted, settings.drillPort(), "the drills of the simulated network", "--drill-port");
        }
        if (settings.kafka() == null) {
            checkPort(wanted, settings.kafkaPort(), "Kafka", "--kafka-port");
        }
        if (settings.elasticsearch() == null) {
            checkPort(wanted, settings.elasticsearchPort(), "Elasticsearch", "--elasticsearch-port");
        }
    }

    private static void checkPort(Map<Integer, String> wanted, int port, String what, String option) {
        if (port < 0 || port > LAST_PORT) {
            throw new StartupException("Port " + port + ", meant for " + what + ", is none: choose one of 1.."
                    + LAST_PORT + " with " + option + ", or 0 for any that is free.");
        }
        String other = port == 0 ? null : wanted.put(port, what);
        if (other != null) {
            throw new StartupException("Port " + port + " is meant for " + other + " and for " + what
                    + ": choose another with " + option + ".");
        }
        if (port != 0 && !Ports.isFreeSoon(port)) {
            throw new StartupException("Port " + port + ", meant for " + what + ", is taken"
                    + Ports.holder(port).map(program -> " by " + program).orElse("")
                    + ": stop what uses it (is another 'qorrelate up' running?), or choose another with " + option
                    + ".");
        }
    }

    private static void awaitRunning(StreamProcessors processors, Consumer<String> progress)
            throws InterruptedException {
        Instant begin = Instant.now();
        Instant told = begin;
        while (!processors.isRunning()) {
            if (Duration.between(begin, Instant.now()).compareTo(STREAMS_WITHIN) > 0) {
                throw new StartupException("The stream processors did not start within " + STREAMS_WITHIN.toSeconds()
                        + " s; see the log.");
            }
            if (Duration.between(told, Instant.now()).compareTo(REPORT_EVERY) > 0) {
                told = Instant.now();
                progress.accept("stream processors are taking over their state");
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    private <T extends AutoCloseable> T keep(T started) {
        running.push(started);
        return Objects.requireNonNull(started);
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                System.getLogger(Platform.class.getName()).log(System.Logger.Level.WARNING, "while stopping", e);
            }
        }
    }
}
