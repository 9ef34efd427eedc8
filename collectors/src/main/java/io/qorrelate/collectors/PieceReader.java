package io.qorrelate.collectors;

import java.util.List;

/** Reads the pieces of one input in their order: what one means may depend on those before it, such as a header line. */
public interface PieceReader {
    /** What the piece is; never an exception, whatever its bytes are. Nothing where the piece is not meant to be an event. */
    List<Intake> read(Fragment piece);

    /** Most intakes that one piece gives, at least 1. */
    int mostOfOne();

    /** Whether it cannot read on from the middle of an input, as it has not seen the beginning. */
    boolean needsBeginning();

    /** Pieces that are one event of the contract each. */
    static PieceReader ofEvents(EventIntake intake) {
        return new PieceReader() {
            @Override
            public List<Intake> read(Fragment piece) {
                return List.of(intake.read(piece));
            }

            @Override
            public int mostOfOne() {
                return 1;
            }

            @Override
            public boolean needsBeginning() {
                return false;
            }
        };
    }
}
