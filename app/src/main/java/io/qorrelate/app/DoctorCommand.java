package io.qorrelate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.qorrelate.app.embedded.Ports;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at what the platform needs and says what to do about what is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks the JDK, ports, disk, Kafka, Elasticsearch, their versions and the sources, and says what to do.")
final class DoctorCommand implements Callable<Integer> {
    private static final int OLDEST_JAVA = 21;
    private static final long NEEDED_BYTES = 2L << 30;
    private static final int WAIT_SECONDS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".qorrelate",
            description = "folder of all data (default: ${DEFAULT-VALUE})")
    private Path dataDir = Path.of(".qorrelate");

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka (default: ${DEFAULT-VALUE})")
    private String kafka = "";

    @Option(
            names = "--elasticsearch",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9200",
            description = "Elasticsearch (default: ${DEFAULT-VALUE})")
    private URI elasticsearch = URI.create("http://127.0.0.1:9200");

    @Option(
            names = "--http-port",
            defaultValue = "8080",
            description = "port of the HTTP collector (default: ${DEFAULT-VALUE})")
    private int httpPort;

    @Option(
            names = "--metrics-port",
            defaultValue = "9464",
            description = "port of /metrics (default: ${DEFAULT-VALUE})")
    private int metricsPort;

    @Option(
            names = {"--sources", "--source"},
            paramLabel = "FILE",
            description = "the sources file to check; default: none")
    private @Nullable Path sources;

    @Option(names = "--json", description = "for machines: an array of checks")
    private boolean json;

    private enum Health {
        GOOD,
        NOTE,
        BAD
    }

    private record Check(String name, Health health, String found, String advice) {}

    @Override
    public Integer call() throws IOException {
        boolean running = !Ports.isFree(httpPort);
        List<Check> checks = new ArrayList<>();
        checks.add(java());
        checks.add(disk());
        checks.add(archive());
        checks.add(port("HTTP collector", httpPort, "--http-port"));
        checks.add(port("metrics", metricsPort, "--metrics-port"));
        checks.add(kafka(running));
        checks.add(elasticsearch(running));
        if (sources != null) {
            checks.add(sourcesFile(sources));
        }
        checks.addAll(runningSources());
        print(checks);
        return checks.stream().anyMatch(check -> check.health() == Health.BAD) ? Main.FAILED : Main.OK;
    }

    private static Check java() {
        int version = Runtime.version().feature();
        String found = "Java " + version + " at " + System.getProperty("java.home");
        return version >= OLDEST_JAVA
                ? new Check("JDK", Health.GOOD, found, "")
                : new Check(
                        "JDK",
                        Health.BAD,
                        found,
                        "install a JDK of at least " + OLDEST_JAVA + " and set JAVA_HOME to it");
    }

    private Check disk() throws IOException {
        Path folder = dataDir.toAbsolutePath();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        String elsewhere = "make room, or choose another folder with --data-dir";
        if (folder != null && !(Files.isDirectory(folder) && Files.isWritable(folder))) {
            return new Check("disk", Health.BAD, folder + " is no folder that can be written to", elsewhere);
        }
        long free = folder == null ? 0 : Files.getFileStore(folder).getUsableSpace();
        String found = (free >> 30) + " GiB free for " + dataDir;
        return free >= NEEDED_BYTES
                ? new Check("disk", Health.GOOD, found, "")
                : new Check("disk", Health.BAD, found, elsewhere);
    }

    private static Check archive() throws IOException {
        Path archive = Home.elasticsearchArchive();
        return archive != null && Files.exists(archive)
                ? new Check("Elasticsearch archive", Health.GOOD, String.valueOf(archive.getFileName()), "")
                : new Check(
                        "Elasticsearch archive",
                        Health.NOTE,
                        "not here",
                        "build once with access to Maven Central, or use a server of your own with --elasticsearch");
    }

    private static Check port(String what, int port, String option) {
        return Ports.isFree(port)
                ? new Check("port of the " + what, Health.GOOD, port + " is free", "")
                : new Check(
                        "port of the " + what,
                        Health.NOTE,
                        port + " is in use",
                        "by 'qorrelate up', or else choose another with " + option);
    }

    private Check kafka(boolean running) {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                kafka,
                "default.api.timeout.ms",
                1000 * WAIT_SECONDS,
                "request.timeout.ms",
                1000 * WAIT_SECONDS))) {
            int nodes = admin.describeCluster()
                    .nodes()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS)
                    .size();
            return new Check(
                    "Kafka", Health.GOOD, nodes + " broker(s) at " + kafka + ", client " + clientVersion(), "");
        } catch (KafkaException e) {
            return new Check("Kafka", Health.BAD, "'" + kafka + "' is no address", "name yours as --kafka HOST:PORT");
        } catch (ExecutionException | TimeoutException e) {
            return new Check(
                    "Kafka",
                    running ? Health.BAD : Health.NOTE,
                    "nothing answers at " + kafka,
                    "'qorrelate up' brings one, or name yours with --kafka");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Check("Kafka", Health.NOTE, "interrupted", "");
        }
    }

    private static String clientVersion() {
        return AppInfoParser.getVersion();
    }

    private Check elasticsearch(boolean running) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(elasticsearch.resolve("/_nodes/_local?filter_path=nodes.*.version"))
                            .timeout(Duration.ofSeconds(WAIT_SECONDS))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            String version = JSON.readTree(answer.body()).findPath("version").asText("of unknown version");
            boolean fits = version.startsWith("8.");
            return new Check(
                    "Elasticsearch",
                    fits ? Health.GOOD : Health.BAD,
                    version + " at " + elasticsearch,
                    fits ? "" : "version 8 is needed: the client speaks its protocol");
        } catch (IllegalArgumentException e) {
            return new Check(
                    "Elasticsearch",
                    Health.BAD,
                    "'" + elasticsearch + "' is no address",
                    "name yours as --elasticsearch http://HOST:PORT");
        } catch (IOException e) {
            return new Check(
                    "Elasticsearch",
                    running ? Health.BAD : Health.NOTE,
                    "nothing answers at " + elasticsearch,
                    "'qorrelate up' brings one, or name yours with --elasticsearch");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Check("Elasticsearch", Health.NOTE, "interrupted", "");
        }
    }

    private static Check sourcesFile(Path file) {
        String name = "sources file";
        try {
            int count = SourceFile.read(file, SourceTypes.all()).entries().size();
            return new Check(name, Health.GOOD, count + " sources in " + file, "");
        } catch (InvalidYaml e) {
            return new Check(
                    name, Health.BAD, String.valueOf(e.getMessage()), "mend it; running collectors go on as before");
        } catch (IOException e) {
            return new Check(name, Health.BAD, Failures.inWords(e), "name the file with --sources");
        }
    }

    /** Of collectors that run here; nothing where none do. */
    private List<Check> runningSources() throws IOException {
        JsonNode page;
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort + SourcesPage.PATH))
                            .timeout(Duration.ofSeconds(WAIT_SECONDS))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            page = JSON.readTree(answer.body());
        } catch (IOException e) {
            // Nothing runs there, or something else does.
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
        List<Check> checks = new ArrayList<>();
        if (!page.path("file_valid").asBoolean(true)) {
            checks.add(new Check(
                    "running sources file",
                    Health.BAD,
                    page.path("file_complaint").asText(),
                    "mend it; an older one goes on running"));
        }
        int good = 0;
        for (JsonNode source : page.path("sources")) {
            String state = source.path("state").asText();
            if ("ok".equals(state) || "new".equals(state)) {
                good++;
                continue;
            }
            JsonNode heard = source.path("last_success");
            JsonNode trouble = source.path("last_trouble");
            checks.add(new Check(
                    "source " + source.path("id").asText(),
                    "troubled".equals(state) ? Health.NOTE : Health.BAD,
                    state + ", last heard " + (heard.isTextual() ? heard.textValue() : "never"),
                    trouble.path("detail")
                            .asText("look at what is at "
                                    + source.path("target").asText())));
        }
        if (good > 0) {
            checks.add(new Check("sources", Health.GOOD, good + " answer", ""));
        }
        return checks;
    }

    private void print(List<Check> checks) {
        PrintStream out = System.out;
        if (json) {
            ArrayNode array = JSON.createArrayNode();
            for (Check check : checks) {
                array.addObject()
                        .put("check", check.name())
                        .put("health", check.health().name().toLowerCase(Locale.ROOT))
                        .put("found", check.found())
                        .put("advice", check.advice());
            }
            out.println(array);
            return;
        }
        for (Check check : checks) {
            String mark = switch (check.health()) {
                case GOOD -> "ok  ";
                case NOTE -> "note";
                case BAD -> "BAD ";
            };
            out.printf(
                    "%s  %-26s %s%s%n",
                    mark, check.name(), check.found(), check.advice().isEmpty() ? "" : " – " + check.advice());
        }
    }
}
