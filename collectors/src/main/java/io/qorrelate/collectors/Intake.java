package io.qorrelate.collectors;

import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryEvent;
import org.jspecify.annotations.Nullable;

/** What a piece of input turned out to be, ready to be published either way. */
public sealed interface Intake {

    /**
     * An event of the contract.
     *
     * @param json the event as it goes to Kafka, its id filled in
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
    record Accepted(TelemetryEvent event, byte[] json) implements Intake {}

    /**
     * Something else.
     *
     * @param raw the input as it came; its beginning where it was too long to be held
     * @param totalBytes its whole length
     * @param reason the kind of mistake
     * @param detail a sentence that names the field
     * @param heading line of the input that says what this one's cells are; null where it speaks for itself
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
    record Rejected(byte[] raw, long totalBytes, RejectReason reason, String detail, byte @Nullable [] heading)
            implements Intake {
        /** One that speaks for itself. */
        public Rejected(byte[] raw, long totalBytes, RejectReason reason, String detail) {
            this(raw, totalBytes, reason, detail, null);
        }

        /** The same below a heading. */
        public Rejected under(byte[] above) {
            return new Rejected(raw, totalBytes, reason, detail, above);
        }
    }
}
