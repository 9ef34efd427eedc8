package io.qorrelate.model;

import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Keys that left the key store: who took them, and when they had been distilled.
 *
 * @param keyCount how many keys, ≥ 0
 * @param keySizeBits size of each key in bits, ≥ 0
 * @param masterSae secure application entity that asked for the keys (ETSI GS QKD 014)
 * @param slaveSae its peer
 * @param firstKeyId identifier of the first key delivered
 * @param generatedFrom when the oldest of them was distilled
 * @param generatedTo when the youngest of them was distilled
 */
public record KeyDelivery(
        Header header,
        OptionalLong keyCount,
        OptionalLong keySizeBits,
        @Nullable String masterSae,
        @Nullable String slaveSae,
        @Nullable String firstKeyId,
        @Nullable Instant generatedFrom,
        @Nullable Instant generatedTo)
        implements TelemetryEvent {
    public KeyDelivery {
        Checks.notNegative("key_count", keyCount);
        Checks.notNegative("key_size_bits", keySizeBits);
        if (generatedFrom != null && generatedTo != null && generatedTo.isBefore(generatedFrom)) {
            throw new IllegalArgumentException("generated_to is before generated_from");
        }
    }

    @Override
    public Kind kind() {
        return Kind.KEY_DELIVERY;
    }
}
