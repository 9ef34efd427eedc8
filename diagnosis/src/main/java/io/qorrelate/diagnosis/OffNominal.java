package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.binary.BitInput;
import io.qorrelate.diagnosis.binary.BitOutput;
import io.qorrelate.diagnosis.binary.Varint;
import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Picture;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a link's baselines are far off what the topology file gives. It may last for ever, and hides no anomaly: what is kept of
 * it is what was told last.
 *
 * @param far features that are further off than their figures may be wrong
 * @param picture how far each of those with a figure was off it
 */
record OffNominal(
        String id, long onsetMs, long detectedMs, @Nullable String node, Set<Feature> far, Picture picture) {
    /** What is off by so many times as much as was told is told again. */
    private static final double GROWN = 1.25;

    OffNominal {
        far = Set.copyOf(far);
    }

    /** The same, as it is now. */
    OffNominal grownTo(Set<Feature> nowFar, Picture now) {
        Set<Feature> all = EnumSet.copyOf(far);
        all.addAll(nowFar);
        return new OffNominal(id, onsetMs, detectedMs, node, all, now);
    }

    /** Whether it has become so much worse that it is told again. */
    boolean isLessThan(Set<Feature> nowFar, Picture now) {
        return !far.containsAll(nowFar) || now.peak() > GROWN * picture.peak();
    }

    /** As it is weighed and told. */
    Anomaly anomaly() {
        Anomaly anomaly = new Anomaly(id, onsetMs, detectedMs, node, true);
        anomaly.alarms.addAll(far);
        anomaly.picture = picture;
        return anomaly;
    }

    void writeTo(DataOutput out) throws IOException {
        Anomaly.writeId(out, id);
        Varint.write(out, detectedMs);
        Varint.write(out, detectedMs - onsetMs);
        out.writeUTF(node == null ? "" : node);
        BitOutput bits = new BitOutput();
        for (Feature feature : Feature.values()) {
            bits.flag(far.contains(feature));
        }
        picture.writeSeenTo(bits);
        bits.writeTo(out);
    }

    static OffNominal readFrom(DataInput in, int version) throws IOException {
        String id = Anomaly.readId(in);
        long detectedMs = Varint.read(in);
        long onsetMs = detectedMs - Varint.read(in);
        String node = in.readUTF();
        BitInput bits = new BitInput(in);
        Set<Feature> far = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.ofVersion(version)) {
            if (bits.flag()) {
                far.add(feature);
            }
        }
        if (far.isEmpty()) {
            throw new IOException("off no nominal figure");
        }
        Picture picture = Picture.offNominal(Picture.readSeenFrom(bits, version), far, onsetMs);
        return new OffNominal(id, onsetMs, detectedMs, node.isEmpty() ? null : node, far, picture);
    }
}
