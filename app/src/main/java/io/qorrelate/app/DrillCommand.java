package io.qorrelate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.Times;
import io.qorrelate.simulator.Scenario;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays an incident on the running simulated network, and waits for what the platform makes of it. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description =
                "Plays an incident on the running simulated network and follows until the finding is in Elasticsearch.")
final class DrillCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** A finding whose onset is estimated this much before the drill is still the drill's: a drift shows its foot late. */
    private static final Duration ONSET_TOLERANCE = Duration.ofMinutes(10);

    private static final int ACCEPTED = 202;
    private static final int OK = 200;
    private static final double MS_PER_SECOND = 1000;

    @Option(names = "--scenario", description = "what is played; --list names them")
    private @Nullable String scenario;

    @Option(names = "--link", description = "on which link", defaultValue = "ams-1~del-1")
    private String link = "ams-1~del-1";

    @Option(names = "--magnitude", description = "how strong; default: the scenario's own")
    private @Nullable Double magnitude;

    @Option(names = "--list", description = "names the scenarios")
    private boolean list;

    @Option(
            names = "--drill-port",
            defaultValue = "8089",
            description = "port of the running simulation (default: ${DEFAULT-VALUE})")
    private int drillPort;

    @Option(
            names = "--elasticsearch",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9200",
            description = "where findings are (default: ${DEFAULT-VALUE})")
    private URI elasticsearch = URI.create("http://127.0.0.1:9200");

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT10M",
            description = "how long to wait (ISO 8601; default: ${DEFAULT-VALUE})")
    private Duration timeout = Duration.ofMinutes(10);

    @Option(names = "--json", description = "the result as one JSON object")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = System.out;
        if (list) {
            for (Scenario known : Scenario.values()) {
                out.printf("%-26s %s%n", known.wireName(), known.description());
            }
            return Main.OK;
        }
        if (scenario == null) {
            System.err.println("say which scenario with --scenario, or see them with --list");
            return Main.USAGE;
        }
        Elasticsearch.requireAddress(elasticsearch);
        try (HttpClient http = HttpClient.newHttpClient()) {
            JsonNode drill = order(http);
            if (drill == null) {
                return Main.FAILED;
            }
            Instant onset = Times.parse(drill.get("onset").asText());
            if (!json) {
                out.printf(
                        "%s is played on %s since %s; waiting for the finding%n",
                        scenario, link, drill.get("onset").asText());
            }
            return follow(http, drill, onset, out);
        } catch (ConnectException e) {
            System.err.println("nothing answers on port " + drillPort + " or at " + elasticsearch
                    + ": is 'qorrelate up' running?");
            return Main.FAILED;
        } catch (IOException e) {
            System.err.println("the drill could not be followed: " + e);
            return Main.FAILED;
        }
    }

    private @Nullable JsonNode order(HttpClient http) throws IOException, InterruptedException {
        ObjectNode order = JSON.createObjectNode().put("scenario", scenario).put("link", link);
        if (magnitude != null) {
            order.put("magnitude", magnitude);
        }
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + drillPort + "/drills"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(order.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != ACCEPTED) {
            System.err.println(JSON.readTree(answer.body()).path("message").asText(answer.body()));
            return null;
        }
        return JSON.readTree(answer.body());
    }

    /** Ends with the first finding of the expected class; one of another class is told and waited out, for it may be revised. */
    private int follow(HttpClient http, JsonNode drill, Instant onset, PrintStream out)
            throws IOException, InterruptedException {
        String expected = drill.get("expected_class").asText();
        Instant end = onset.plus(timeout);
        @Nullable Instant firstSeen = null;
        String said = "";
        while (Instant.now().isBefore(end)) {
            JsonNode finding = newest(http, onset);
            if (finding != null) {
                Instant now = Instant.now();
                firstSeen = firstSeen == null ? now : firstSeen;
                String named = finding.path("class").asText();
                if (named.equals(expected)) {
                    return report(drill, finding, onset, firstSeen, now, out);
                }
                if (!named.equals(said) && !json) {
                    said = named;
                    out.printf("%6.1f s  %s for now: %s%n", seconds(onset, now), named, finding.path("probabilities"));
                }
            }
            Thread.sleep(LOOK_EVERY);
        }
        System.err.println("no finding of class " + expected + " within " + timeout.toSeconds() + " s"
                + (said.isEmpty() ? "" : ", but " + said));
        return Main.FAILED;
    }

    private int report(JsonNode drill, JsonNode finding, Instant onset, Instant first, Instant right, PrintStream out) {
        if (json) {
            ObjectNode result = JSON.createObjectNode();
            result.setAll((ObjectNode) drill);
            result.put("delay_seconds", seconds(onset, right));
            result.put("first_seen_seconds", seconds(onset, first));
            result.set("finding", finding);
            out.println(result);
            return Main.OK;
        }
        out.printf(
                "%6.1f s  %s (%s), severity %s%n",
                seconds(onset, right),
                finding.path("class").asText(),
                finding.path("subtype").asText("no cause named"),
                finding.path("severity").asText());
        out.println("          probabilities " + finding.path("probabilities"));
        out.println("          " + finding.path("explanation").asText());
        return Main.OK;
    }

    private @Nullable JsonNode newest(HttpClient http, Instant onset) throws IOException, InterruptedException {
        ObjectNode query = JSON.createObjectNode().put("size", 1);
        query.putArray("sort").addObject().put("@timestamp", "desc");
        var filters = query.putObject("query").putObject("bool").putArray("filter");
        filters.addObject().putObject("term").put("qkd.link", link);
        filters.addObject().putObject("range").putObject("qkd.detected").put("gte", Times.format(onset));
        filters.addObject()
                .putObject("range")
                .putObject("qkd.onset")
                .put("gte", Times.format(onset.minus(ONSET_TOLERANCE)));
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(elasticsearch.resolve("/qkd-findings/_search"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(query.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != OK) {
            throw new IOException("Elasticsearch answered " + answer.statusCode() + ": " + answer.body());
        }
        JsonNode hits = JSON.readTree(answer.body()).path("hits").path("hits");
        return hits.isEmpty() ? null : hits.get(0).path("_source").path("qkd");
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / MS_PER_SECOND;
    }
}
