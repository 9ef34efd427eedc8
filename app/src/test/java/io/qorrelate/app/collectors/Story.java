package io.qorrelate.app.collectors;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Events of a few links, one after the other, as equipment would send them. */
record Story(String linkPrefix, int links, int events) {
    private static final Instant BEGIN = Instant.parse("2026-01-23T10:00:00.000Z");

    List<String> lines() {
        List<String> lines = new ArrayList<>(events);
        for (int i = 0; i < events; i++) {
            lines.add(line(i));
        }
        return lines;
    }

    String ndjson() {
        return String.join("\n", lines()) + "\n";
    }

    Map<String, List<String>> idsByLink() {
        Map<String, List<String>> ids = new LinkedHashMap<>();
        for (int i = 0; i < events; i++) {
            ids.computeIfAbsent(link(i), link -> new ArrayList<>()).add(id(i));
        }
        return ids;
    }

    private String line(int i) {
        return ("{\"id\":\"%s\",\"time\":\"%s\",\"kind\":\"link_quality\",\"link\":\"%s\",\"source\":\"probe-7\",\"qber\":0.0213,"
                        + "\"qber_x\":0.0219,\"qber_z\":0.0207,\"sifted_bits\":41200,\"visibility\":0.981,\"loss_db\":7.9,"
                        + "\"detection_rate_hz\":61200,\"gain_signal\":0.0042,\"gain_decoy\":0.00081}")
                .formatted(id(i), BEGIN.plusMillis(i * 10L), link(i));
    }

    private String id(int i) {
        return linkPrefix + i;
    }

    private String link(int i) {
        return linkPrefix + "link-" + i % links;
    }
}
