package io.qorrelate.collectors;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A piece of an input that should be one event. It looks into the reader's own buffer and holds until the reader's next step.
 *
 * @param buffer holds the piece
 * @param offset where it begins
 * @param length how many of its bytes are held
 * @param number counts the pieces from 1: in NDJSON the number of the line, blank ones included
 * @param line the line of the input on which it begins, from 1
 * @param totalBytes its whole length; more than {@code length} where it was too long to be held
 * @param end how many bytes of the input are behind the reader once this piece is done
 * @param flaw what is wrong with the way it stands in the input, if anything is
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record Fragment(
        byte[] buffer,
        int offset,
        int length,
        long number,
        long line,
        long totalBytes,
        long end,
        @Nullable String flaw) {

    /** Whether only the beginning is held. */
    public boolean isCut() {
        return totalBytes > length;
    }

    /** A copy of what is held. */
    public byte[] bytes() {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }
}
