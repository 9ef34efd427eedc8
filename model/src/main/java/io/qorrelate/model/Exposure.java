package io.qorrelate.model;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Key material made or given out between onset and detection.
 *
 * @param secretBits secret bits distilled, ≥ 0; empty where no key rate was reported
 * @param secretBitsIsBound whether {@code secretBits} is an upper bound rather than a count
 * @param keysDelivered keys given to applications, ≥ 0; empty where no delivery was reported
 * @param saes the applications that took them
 */
public record Exposure(
        OptionalDouble secretBits, boolean secretBitsIsBound, OptionalLong keysDelivered, List<String> saes) {
    public Exposure {
        Checks.finite("secret_bits", secretBits);
        if (secretBits.isPresent() && secretBits.getAsDouble() < 0) {
            throw new IllegalArgumentException("secret_bits must be at least 0, was " + secretBits.getAsDouble());
        }
        Checks.notNegative("keys_delivered", keysDelivered);
        saes = List.copyOf(saes);
    }
}
