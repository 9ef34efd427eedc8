package io.qorrelate.app.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Grafana dashboard of the repository, as its panels. */
public record Dashboard(String file, JsonNode json) {
    static final ObjectMapper JSON = new ObjectMapper();

    public static List<Dashboard> all() throws IOException {
        Path folder = Path.of(System.getProperty("qorrelate.home", ".."), "dashboards", "grafana");
        List<Dashboard> dashboards = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                dashboards.add(new Dashboard(String.valueOf(file.getFileName()), JSON.readTree(file.toFile())));
            }
        }
        return dashboards;
    }

    /** Panels that show something; rows are headings. */
    public List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        for (JsonNode panel : json.path("panels")) {
            if (!panel.path("type").asText().equals("row")) {
                panels.add(panel);
            }
        }
        return panels;
    }

    @Override
    public String toString() {
        return file;
    }
}
