package io.qorrelate.model;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Conditions that several records of the contract share. */
final class Checks {
    private Checks() {}

    static void link(Header header, Kind kind) {
        if (header.link() == null) {
            throw new IllegalArgumentException("'link' is required for " + kind.wireName());
        }
    }

    static void finite(String field, OptionalDouble value) {
        if (value.isPresent() && !Double.isFinite(value.getAsDouble())) {
            throw new IllegalArgumentException(field + " must be a finite number");
        }
    }

    static void notNegative(String field, OptionalLong value) {
        if (value.isPresent() && value.getAsLong() < 0) {
            throw new IllegalArgumentException(field + " must be at least 0, was " + value.getAsLong());
        }
    }
}
