package io.qorrelate.app.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the query of every panel as Grafana's data sources would: Elasticsearch targets as searches with the same nesting of
 * aggregations, PromQL against a real Prometheus where there is one, else its metrics' names against what was scraped.
 */
public final class PanelCheck {
    private static final Pattern METRIC = Pattern.compile("\\b((?:qorrelate|kafka|jvm)_[a-z0-9_]+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI elasticsearch;
    private final @Nullable URI prometheus;
    private final String scrape;
    private final String link;

    /**
     * A check against running servers.
     *
     * @param prometheus a Prometheus that scrapes the platform; null where there is none
     * @param scrape the text of {@code /metrics}
     * @param link what the variable {@code $link} stands for
     */
    public PanelCheck(URI elasticsearch, @Nullable URI prometheus, String scrape, String link) {
        this.elasticsearch = elasticsearch;
        this.prometheus = prometheus;
        this.scrape = scrape;
        this.link = link;
    }

    /** Panels that show nothing, each with the reason; all targets of a panel are tried, one with rows is enough. */
    public List<String> failures(Dashboard dashboard) throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        for (JsonNode panel : dashboard.panels()) {
            List<String> empty = new ArrayList<>();
            for (JsonNode target : panel.path("targets")) {
                String failure = target.has("expr") ? promql(target.path("expr").asText()) : search(target);
                if (failure != null) {
                    empty.add(target.path("refId").asText() + ": " + failure);
                }
            }
            if (empty.size() == panel.path("targets").size()) {
                failures.add(
                        dashboard.file() + " / " + panel.path("title").asText() + " – " + String.join("; ", empty));
            }
        }
        return failures;
    }

    private @Nullable String search(JsonNode target) throws IOException, InterruptedException {
        ObjectNode body = Dashboard.JSON.createObjectNode();
        JsonNode metrics = target.path("metrics");
        boolean raw = metrics.path(0).path("type").asText().equals("raw_data");
        body.put("size", raw ? metrics.path(0).path("settings").path("size").asInt() : 0);
        var filters = body.putObject("query").putObject("bool").putArray("filter");
        ObjectNode range = filters.addObject()
                .putObject("range")
                .putObject(target.path("timeField").asText());
        range.put("gte", "now-365d").put("lte", "now+1d");
        filters.addObject()
                .putObject("query_string")
                .put("analyze_wildcard", true)
                .put("query", target.path("query").asText().replace("$link", link));
        ObjectNode place = body;
        for (JsonNode bucket : target.path("bucketAggs")) {
            place = aggregation(place, bucket, metrics);
        }
        if (!raw) {
            for (JsonNode metric : metrics) {
                if (!metric.path("type").asText().equals("count")) {
                    measure(place, metric);
                }
            }
        }
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(
                                elasticsearch.resolve("/" + target.path("index").asText() + "/_search"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode json = Dashboard.JSON.readTree(answer.body());
        if (answer.statusCode() != 200) {
            return "answered " + answer.statusCode() + ": "
                    + json.path("error").path("reason").asText();
        }
        if (json.path("hits").path("total").path("value").asInt() == 0) {
            return "no document matches";
        }
        boolean countsOnly = metrics.path(0).path("type").asText().equals("count");
        return raw || countsOnly || holdsValue(json.path("aggregations"))
                ? null
                : "no value in " + json.path("aggregations");
    }

    private static ObjectNode aggregation(ObjectNode place, JsonNode bucket, JsonNode metrics) {
        ObjectNode here = aggs(place).putObject(bucket.path("id").asText());
        ObjectNode settings = here.putObject(bucket.path("type").asText());
        settings.put("field", bucket.path("field").asText());
        if (bucket.path("type").asText().equals("date_histogram")) {
            String interval = bucket.path("settings").path("interval").asText();
            settings.put("fixed_interval", interval.equals("auto") ? "1m" : interval);
            settings.put("min_doc_count", 1);
        } else {
            settings.put("size", bucket.path("settings").path("size").asInt());
            String orderBy = bucket.path("settings").path("orderBy").asText();
            settings.putObject("order")
                    .put(
                            orderBy.equals("_term") ? "_key" : orderBy,
                            bucket.path("settings").path("order").asText());
            // What buckets are ordered by must stand right in them, also where more buckets follow.
            for (JsonNode metric : metrics) {
                if (metric.path("id").asText().equals(orderBy)) {
                    measure(here, metric);
                }
            }
        }
        return here;
    }

    private static void measure(ObjectNode place, JsonNode metric) {
        aggs(place)
                .putObject(metric.path("id").asText())
                .putObject(metric.path("type").asText())
                .put("field", metric.path("field").asText());
    }

    private static ObjectNode aggs(ObjectNode place) {
        return place.has("aggs") ? (ObjectNode) place.get("aggs") : place.putObject("aggs");
    }

    private static boolean holdsValue(JsonNode node) {
        if (node.isObject() && node.has("value") && node.get("value").isNumber()) {
            return true;
        }
        for (JsonNode child : node) {
            if (holdsValue(child)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable String promql(String expression) throws IOException, InterruptedException {
        URI server = prometheus;
        if (server == null) {
            Matcher metrics = METRIC.matcher(expression);
            while (metrics.find()) {
                if (!scrape.contains("\n" + metrics.group(1) + "{")
                        && !scrape.contains("\n" + metrics.group(1) + " ")) {
                    return metrics.group(1) + " is not among the metrics";
                }
            }
            return null;
        }
        long now = Instant.now().getEpochSecond();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(server.resolve("/api/v1/query_range?query="
                                + URLEncoder.encode(expression, StandardCharsets.UTF_8) + "&start=" + (now - 120)
                                + "&end="
                                + now + "&step=5"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode json = Dashboard.JSON.readTree(answer.body());
        if (answer.statusCode() != 200) {
            return "Prometheus answered " + answer.statusCode() + ": "
                    + json.path("error").asText();
        }
        return json.path("data").path("result").isEmpty() ? "no series for " + expression : null;
    }
}
