package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Tracks;
import io.qorrelate.diagnosis.hypothesis.Circumstances;
import io.qorrelate.diagnosis.rules.RuleMemory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * All that the diagnosis knows of one subject. To the outside it is a value: the fold makes a new one for each event. Its
 * binary form begins with a magic byte and a version, and ends with the CRC-32C of what is before.
 */
public final class LinkState {
    private static final int MAGIC = 0x51;

    /** Raised with every change of the binary form; {@link #fromBytes} says which ones it still reads. */
    private static final int VERSION = 12;

    /** Versions from here on are read as they are. */
    private static final int OLDEST_VERSION = 4;

    /** From here on a checksum is behind everything else: a number may be spoilt to one that no rule forbids, and no report gives. */
    private static final int FIRST_WITH_CHECKSUM = 6;

    /** From here on it holds whether the link is off its nominal figures. */
    private static final int FIRST_WITH_NOMINAL = 8;

    /** What is older holds baselines that mean something else now: the subject is learned anew. */
    private static final int OLDEST_SUBJECT = 1;

    final String subject;
    Tracks tracks = new Tracks();
    Circumstances circumstances = new Circumstances();
    RuleMemory rules = new RuleMemory();
    KeyLedger keys = new KeyLedger();

    @Nullable
    Anomaly open;

    @Nullable
    OffNominal offNominal;

    LinkState(String subject) {
        this.subject = subject;
    }

    /**
     * Reads what the next reports of some links need, and changes nothing. Among a hundred thousand links none of it is in a cache, and
     * what tells where the rest lies is waited for; who asks for all links' own objects, then for all of their parts, and then for all
     * of their numbers waits a few times, and not a few times for each link.
     *
     * @param states of the links, one after the other; those that are the one before them are passed over
     * @param from the first of them
     * @param until the first that is none of them
     * @return a sum that says nothing: what nobody keeps the compiler does not read
     */
    static float readAhead(LinkState[] states, int from, int until) {
        long sum = 0;
        for (int i = from; i < until; i++) {
            sum += states[i].open == null ? 0 : 1;
        }
        for (int i = from; i < until; i++) {
            if (isAnother(states, from, i)) {
                LinkState it = states[i];
                sum += it.tracks.readItself()
                        + it.circumstances.readItself()
                        + it.rules.readItself()
                        + it.keys.readItself();
            }
        }
        for (int i = from; i < until; i++) {
            if (isAnother(states, from, i)) {
                LinkState it = states[i];
                sum += it.tracks.readParts() + it.rules.readParts();
            }
        }
        float read = 0;
        for (int i = from; i < until; i++) {
            if (isAnother(states, from, i)) {
                LinkState it = states[i];
                read += it.tracks.readNumbers() + it.keys.readNumbers();
            }
        }
        for (int i = from; i < until; i++) {
            if (isAnother(states, from, i)) {
                read += states[i].tracks.readFourth();
            }
        }
        return sum + read;
    }

    /** The same object is meant, and not one that knows the same: to compare what they know, all of it would be read. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isAnother(LinkState[] states, int from, int i) {
        return i == from || states[i] != states[i - 1];
    }

    /** The link or node this is about. */
    public String subject() {
        return subject;
    }

    LinkState copy() {
        LinkState copy = new LinkState(subject);
        copy.tracks = tracks.copy();
        copy.circumstances = circumstances.copy();
        copy.rules = rules.copy();
        copy.keys = keys.copy();
        copy.open = open == null ? null : open.copy();
        copy.offNominal = offNominal;
        return copy;
    }

    /** The binary form. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(MAGIC);
            out.writeByte(VERSION);
            out.writeUTF(subject);
            tracks.writeTo(out);
            circumstances.writeTo(out);
            rules.writeTo(out);
            keys.writeTo(out);
            out.writeBoolean(open != null);
            if (open != null) {
                open.writeTo(out);
            }
            out.writeBoolean(offNominal != null);
            if (offNominal != null) {
                offNominal.writeTo(out);
            }
            out.writeInt(checksum(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads the binary form. Of versions before 4 only the subject is kept, and its baselines are learned anew.
     *
     * @throws InvalidState where the bytes are none of ours, cut off, spoilt, or of a version not known here
     */
    public static LinkState fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readUnsignedByte() != MAGIC) {
                throw new InvalidState("these bytes are no link state", null);
            }
            int version = in.readUnsignedByte();
            if (version > VERSION) {
                throw InvalidState.ofLaterVersion(
                        "a link state of version " + version + ", and only those up to " + VERSION + " are known here");
            }
            if (version < OLDEST_SUBJECT) {
                throw new InvalidState("a link state of version " + version + ", which there never was", null);
            }
            if (version >= FIRST_WITH_CHECKSUM && !isSound(bytes)) {
                throw new InvalidState("the link state is spoilt or cut off: its checksum is another's", null);
            }
            LinkState state = new LinkState(in.readUTF());
            if (version < OLDEST_VERSION) {
                return state;
            }
            state.tracks = Tracks.readFrom(in, version);
            state.circumstances = Circumstances.readFrom(in, version);
            state.rules = RuleMemory.readFrom(in);
            state.keys = KeyLedger.readFrom(in);
            state.open = in.readBoolean() ? Anomaly.readFrom(in, version, state.circumstances.routine()) : null;
            state.offNominal =
                    version >= FIRST_WITH_NOMINAL && in.readBoolean() ? OffNominal.readFrom(in, version) : null;
            if (in.available() != (version < FIRST_WITH_CHECKSUM ? 0 : Integer.BYTES)) {
                throw new InvalidState("there are bytes behind the link state", null);
            }
            return state;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            throw new InvalidState("these bytes are no whole link state: " + e.getMessage(), e);
        }
    }

    private static boolean isSound(byte[] bytes) {
        int end = bytes.length - Integer.BYTES;
        return end > 0 && ByteBuffer.wrap(bytes).getInt(end) == checksum(Arrays.copyOf(bytes, end));
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LinkState that && Arrays.equals(toBytes(), that.toBytes());
    }

    @Override
    public int hashCode() {
        return subject.hashCode();
    }
}
