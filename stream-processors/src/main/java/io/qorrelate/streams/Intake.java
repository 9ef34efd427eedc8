package io.qorrelate.streams;

import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Transport;
import java.util.ArrayList;
import java.util.List;

/** What a record of the telemetry topic turns out to be, and whose stories it belongs to. */
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

    /**
     * The subjects whose stories an event belongs to besides the one it travels under: those to which it is context, and its own
     * where it came under a foreign key. What links tell each other is said by the diagnosis alone: telemetry that looks like it
     * is nobody's news.
     */
    static List<String> relays(String key, TelemetryEvent event, LinkDiagnosis diagnosis) {
        List<String> subjects = new ArrayList<>();
        if (!event.key().equals(key)) {
            subjects.add(event.key());
        }
        boolean isReport = !(event instanceof Transport transport) || transport.event() != null;
        if (event.link() == null || isReport) {
            subjects.addAll(diagnosis.alsoConcerns(event));
        }
        return subjects;
    }
}
