package io.qorrelate.collectors;

/** Events as equipment sends them. */
public final class Samples {
    private Samples() {}

    public static String quality(String link, int second) {
        return "{\"id\":\"%s-%d\",\"time\":\"2026-11-23T10:00:%02d.000Z\",\"kind\":\"link_quality\",\"link\":\"%s\",\"qber\":0.0213,\"sifted_bits\":41200}"
                .formatted(link, second, second, link);
    }

    public static String qualityWithQber(String qber) {
        return quality("ams-1~del-1", 1).replace("0.0213", qber);
    }

    /** An object of that many bytes that is an event but for its size. */
    public static String ofSize(int bytes) {
        String event = quality("ams-1~del-1", 1);
        String filler = "x".repeat(bytes - event.length() - ",\"note\":\"\"".length());
        return event.substring(0, event.length() - 1) + ",\"note\":\"" + filler + "\"}";
    }
}
