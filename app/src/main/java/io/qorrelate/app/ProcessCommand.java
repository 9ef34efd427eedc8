package io.qorrelate.app;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.Timeline;
import io.qorrelate.model.Topology;
import io.qorrelate.streams.DiagnosisTopology;
import io.qorrelate.streams.StreamProcessors;
import io.qorrelate.streams.sink.ElasticsearchSink;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The stream processors and the sink alone, against an existing Kafka and Elasticsearch. */
@Command(
        name = "process",
        mixinStandardHelpOptions = true,
        description = "Runs the stream processors and the Elasticsearch sink against existing servers, until Ctrl-C.")
final class ProcessCommand implements Callable<Integer> {
    @Option(names = "--kafka", paramLabel = "HOST:PORT", required = true, description = "bootstrap servers")
    private String kafka = "";

    @Option(names = "--elasticsearch", paramLabel = "URL", required = true, description = "where documents go")
    private URI elasticsearch = URI.create("http://127.0.0.1:9200");

    @Option(names = "--elasticsearch-api-key", description = "API key; better given as QORRELATE_ELASTICSEARCH_API_KEY")
    private @Nullable String apiKey;

    @Option(
            names = "--elasticsearch-replicas",
            defaultValue = "1",
            description = "copies of each shard (default: ${DEFAULT-VALUE})")
    private int replicas;

    @Option(names = "--topology", paramLabel = "FILE", description = "the network's topology (YAML)")
    private @Nullable Path topology;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "folder of rules; default: those that come with the platform")
    private @Nullable Path rules;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            defaultValue = ".qorrelate/streams",
            description = "where state is kept (default: ${DEFAULT-VALUE})")
    private Path stateDir = Path.of(".qorrelate/streams");

    @Option(
            names = "--instance",
            defaultValue = "",
            description = "static member name, such as the pod's; lets a restart take its work back at once")
    private String instance = "";

    @Option(names = "--threads", defaultValue = "2", description = "stream threads (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--kafka-replicas",
            defaultValue = "-1",
            description =
                    "replication factor of internal topics; -1 for the broker's default (default: ${DEFAULT-VALUE})")
    private int kafkaReplicas;

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

    @Override
    public Integer call() throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        KafkaTopics.create(settings, 4, (short) -1);
        Clock clock = Clock.systemUTC();
        Topology network = Home.topology(topology);
        LinkDiagnosis diagnosis = new LinkDiagnosis(Home.rules(rules), DiagnosisSettings.defaults(), network);
        try (Elasticsearch connection = new Elasticsearch(elasticsearch, apiKey);
                Metrics metrics = new Metrics(metricsHost, metricsPort)) {
            connection.installTemplates(replicas);
            try (StreamProcessors processors = new StreamProcessors(
                            DiagnosisTopology.draw(
                                    diagnosis, Timeline.DEFAULT_LATENESS, network, metrics.registry(), clock),
                            new StreamProcessors.Settings(
                                    settings, "qorrelate", instance, stateDir, threads, kafkaReplicas),
                            metrics.registry());
                    ElasticsearchSink sink = new ElasticsearchSink(
                            settings,
                            "qorrelate-elasticsearch",
                            instance,
                            connection.client(),
                            metrics.registry(),
                            clock)) {
                System.err.println("processing; healthy: " + (processors.isHealthy() || sink.isHealthy()));
                UntilStopped.await();
            }
        }
        return Main.OK;
    }
}
