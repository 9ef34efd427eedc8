package io.qorrelate.model;

/**
 * Identity of an event: the producer's own, or derived from the content, so that the same event sent twice is one event.
 *
 * @param value 1 to 512 characters
 */
public record EventId(String value) implements Comparable<EventId> {
    static final int MAX_LENGTH = 512;

    public EventId {
        if (value.isBlank() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("an event id has 1 to " + MAX_LENGTH + " characters");
        }
    }

    @Override
    public int compareTo(EventId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
