package io.qorrelate.streams;

import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;

/** What a record of the telemetry topic turns out to be. */
sealed interface Intake {

    /** An event of the contract. */
    record Accepted(TelemetryEvent event) implements Intake {}

    /** Something else, its bytes kept whole: whoever wrote it did not come through a collector. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
    record Refused(byte[] raw, String reason, String detail) implements Intake {}

    /** Reads a record's value. */
    static Intake of(byte[] value) {
        try {
            return new Accepted(TelemetryJson.read(value));
        } catch (InvalidEvent e) {
            return new Refused(value, e.reason().wireName(), String.valueOf(e.getMessage()));
        }
    }
}
