package io.qorrelate.collectors.mapping;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Ids of events that are told apart by the message they came in, and not by what they say. */
public final class EventIds {
    /** As for ids that are derived from an event's content: 128 bits. */
    private static final int ID_BYTES = 16;

    private EventIds() {}

    /** The id that follows from these bytes: the same message heard again is the same event. */
    public static String of(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
