package io.qorrelate.collectors;

/** What became of handing a message to the publisher. */
public enum Offer {
    /** On its way; whether Kafka has it is told later. */
    TAKEN,
    /** Not taken: too much is on its way already. Worth trying again in a moment. */
    FULL,
    /** Not taken: Kafka is away. */
    UNAVAILABLE
}
