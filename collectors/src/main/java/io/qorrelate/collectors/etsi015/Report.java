package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a node tells of one of its parts.
 *
 * @param about entry of the node's data ({@code qkd_link}, {@code qkd_interface}, {@code qkd_app}, {@code statistics}) or name of a
 *     notification, with a slash and the part where the notification is about several kinds of parts ({@code alarm/link})
 * @param data what is told
 * @param names the node's own names for the links that it concerns, as the source's {@code links} may place them; the first that is
 *     placed counts, unless it concerns all of them
 * @param concernsAll whether it is news of each of these links, as that of an interface is
 * @param qkdnId the node's own name for itself; null where it is not known
 * @param time when it was so; null where that is when it was heard
 * @param raw what was told, for the dead letters
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
record Report(
        String about,
        JsonNode data,
        List<String> names,
        boolean concernsAll,
        @Nullable String qkdnId,
        @Nullable Instant time,
        byte[] raw) {
    Report {
        names = List.copyOf(names);
    }

    /** Whether it names the very link that it is about. */
    boolean isOfLink() {
        return !concernsAll && !names.isEmpty();
    }
}
