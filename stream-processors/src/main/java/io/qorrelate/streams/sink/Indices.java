package io.qorrelate.streams.sink;

/** Names in Elasticsearch that dashboards and people search under. */
public final class Indices {
    /** Data stream of all telemetry, one document per event. */
    public static final String TELEMETRY = "qkd-telemetry";

    /** Index of findings, one document per finding, its latest revision. */
    public static final String FINDINGS = "qkd-findings";

    /** Index of incidents, one document per incident, its latest revision. */
    public static final String INCIDENTS = "qkd-incidents";

    private Indices() {}
}
