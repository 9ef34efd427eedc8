package io.qorrelate.collectors.buffer;

import io.qorrelate.collectors.Intake;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Something that a source said.
 *
 * @param type of the source
 * @param source its id
 * @param position where it said so
 * @param since when it was put into the buffer
 */
public record Kept(String type, String source, String position, Instant since, Intake intake) {
    private static final int EVENT = 1;
    private static final int REJECTION = 2;

    /** Far below what {@link DataOutputStream#writeUTF} can take, whatever the characters. */
    private static final int MAX_TEXT_CHARS = 10_000;

    byte[] write() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(intake instanceof Intake.Accepted ? EVENT : REJECTION);
            out.writeLong(since.toEpochMilli());
            text(out, type);
            text(out, source);
            text(out, position);
            switch (intake) {
                case Intake.Accepted accepted -> out.write(accepted.json());
                case Intake.Rejected rejected -> {
                    out.writeLong(rejected.totalBytes());
                    text(out, rejected.reason().name());
                    text(out, rejected.detail());
                    out.write(rejected.raw());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads what was written, perhaps by an older version.
     *
     * @throws IOException where it is nothing of the kind
     */
    static Kept read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        int form = in.readByte();
        Instant since = Instant.ofEpochMilli(in.readLong());
        String type = in.readUTF();
        String source = in.readUTF();
        String position = in.readUTF();
        if (form == EVENT) {
            byte[] json = in.readAllBytes();
            return new Kept(type, source, position, since, event(json));
        }
        if (form != REJECTION) {
            throw new IOException("of no known form");
        }
        long totalBytes = in.readLong();
        RejectReason reason;
        try {
            reason = RejectReason.valueOf(in.readUTF());
        } catch (IllegalArgumentException e) {
            throw new IOException("of no known reason", e);
        }
        String detail = in.readUTF();
        return new Kept(
                type, source, position, since, new Intake.Rejected(in.readAllBytes(), totalBytes, reason, detail));
    }

    private static Intake event(byte[] json) {
        try {
            return new Intake.Accepted(TelemetryJson.read(json), json);
        } catch (InvalidEvent e) {
            // The contract has become stricter since.
            return new Intake.Rejected(json, json.length, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeUTF(text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS));
    }
}
