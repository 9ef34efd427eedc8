package io.qorrelate.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.qorrelate.collectors.source.SourceStatus;
import io.qorrelate.collectors.source.Sources;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GET /sources} beside {@code /metrics}: how each source fares, for people and for {@code doctor}. */
final class SourcesPage implements HttpHandler {
    static final String PATH = "/sources";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final InstantSource clock;
    private volatile List<Sources> running = List.of();

    SourcesPage(InstantSource clock) {
        this.clock = clock;
    }

    /** From now on these. */
    void show(List<Sources> sources) {
        running = List.copyOf(sources);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                answer(exchange, NOT_FOUND, "text/plain", "nothing here; there are /metrics and /sources\n");
            } else if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                answer(exchange, METHOD_NOT_ALLOWED, "text/plain", "only GET\n");
            } else {
                answer(exchange, OK, "application/json", page().toPrettyString() + "\n");
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private ObjectNode page() {
        ObjectNode page = JSON.createObjectNode();
        page.put("time", Times.format(clock.instant()));
        ArrayNode list = JSON.createArrayNode();
        boolean valid = true;
        String complaint = "";
        for (Sources sources : running) {
            valid &= sources.isValid();
            complaint = sources.complaint();
            sources.status().forEach(status -> list.add(json(status)));
        }
        page.put("file_valid", valid);
        if (!valid) {
            page.put("file_complaint", complaint);
        }
        page.set("sources", list);
        return page;
    }

    private static ObjectNode json(SourceStatus status) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", status.id());
        json.put("type", status.type());
        json.put("target", status.target());
        json.put("state", status.state().wireName());
        json.put("circuit", status.circuit());
        json.put("last_success", time(status.lastSuccess()));
        json.put("silent_seconds", status.silentSeconds());
        SourceStatus.Trouble trouble = status.lastTrouble();
        if (trouble != null) {
            json.putObject("last_trouble")
                    .put("time", time(trouble.time()))
                    .put("reason", trouble.reason())
                    .put("detail", trouble.detail());
        }
        return json;
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : Times.format(time);
    }
}
