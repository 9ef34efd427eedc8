package io.qorrelate.collectors.etsi015;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Poll;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of speaking to a node.
 *
 * @param document what it told; null where it told nothing
 * @param intakes what its not telling gave: an authentication failure, an answer that is too long
 * @param trouble why it told nothing; null where it did
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only read
record Told(byte @Nullable [] document, List<Intake> intakes, Poll.@Nullable Trouble trouble) {
    Told {
        intakes = List.copyOf(intakes);
    }

    static Told of(byte[] document) {
        return new Told(document, List.of(), null);
    }

    static Told nothing(Poll.Trouble trouble) {
        return new Told(null, List.of(), trouble);
    }

    static Told nothing(Intake intake, Poll.Trouble trouble) {
        return new Told(null, List.of(intake), trouble);
    }
}
