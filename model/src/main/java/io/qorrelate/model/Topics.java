package io.qorrelate.model;

/** Names of the Kafka topics between the parts of the platform. */
public final class Topics {
    /** Accepted telemetry; key = {@link TelemetryEvent#key()}, value = contract JSON with its id filled in. */
    public static final String TELEMETRY = "qkd.telemetry";

    /**
     * What belongs to a subject's story besides its own telemetry: what happened at its node, news of its neighbours. Key = that
     * subject, value as in {@link #TELEMETRY}, and as many partitions. Between the stream processors alone.
     */
    public static final String CONTEXT = "qkd.context";

    /** Findings, one record per revision; key = link or node, value = finding JSON. The last record of an id wins. */
    public static final String FINDINGS = "qkd.findings";

    /** Incidents, one record per revision; key = scope, value = incident JSON. The last record of an id wins. */
    public static final String INCIDENTS = "qkd.incidents";

    /** What could not be accepted: value = the raw bytes, whole; headers say why, from where and when. */
    public static final String DEAD_LETTER = "qkd.dead-letter";

    private Topics() {}
}
