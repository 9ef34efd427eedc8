package io.qorrelate.diagnosis.rules;

import io.qorrelate.diagnosis.binary.Varint;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that spoke.
 *
 * @param rule the rule's name
 * @param title what it found, for people
 * @param subtype the cause it names, if it names one
 * @param logOdds what it adds to each class, in nats
 * @param raises whether it is a finding of its own
 * @param level how much it matters
 * @param events ids of the events it rests on
 * @param sinceMs time of the first of them, epoch ms
 * @param actions runbook steps
 */
public record RuleVoice(
        String rule,
        String title,
        @Nullable Subtype subtype,
        Map<AnomalyClass, Double> logOdds,
        boolean raises,
        Severity level,
        List<String> events,
        long sinceMs,
        List<String> actions) {
    public RuleVoice {
        logOdds = Map.copyOf(logOdds);
        events = List.copyOf(events);
        actions = List.copyOf(actions);
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeUTF(rule);
        out.writeUTF(title);
        out.writeUTF(subtype == null ? "" : subtype.name());
        out.writeByte(logOdds.size());
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            Double weight = logOdds.get(anomalyClass);
            if (weight != null) {
                out.writeUTF(anomalyClass.name());
                out.writeDouble(weight);
            }
        }
        out.writeBoolean(raises);
        out.writeUTF(level.name());
        write(out, events);
        Varint.write(out, sinceMs);
        write(out, actions);
    }

    public static RuleVoice readFrom(DataInput in) throws IOException {
        String rule = in.readUTF();
        String title = in.readUTF();
        String subtype = in.readUTF();
        Map<AnomalyClass, Double> logOdds = new EnumMap<>(AnomalyClass.class);
        int weights = in.readUnsignedByte();
        for (int i = 0; i < weights; i++) {
            logOdds.put(AnomalyClass.valueOf(in.readUTF()), in.readDouble());
        }
        return new RuleVoice(
                rule,
                title,
                subtype.isEmpty() ? null : Subtype.valueOf(subtype),
                logOdds,
                in.readBoolean(),
                Severity.valueOf(in.readUTF()),
                readTexts(in),
                Varint.read(in),
                readTexts(in));
    }

    private static void write(DataOutput out, List<String> texts) throws IOException {
        out.writeByte(texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    private static List<String> readTexts(DataInput in) throws IOException {
        List<String> texts = new ArrayList<>();
        int count = in.readUnsignedByte();
        for (int i = 0; i < count; i++) {
            texts.add(in.readUTF());
        }
        return texts;
    }
}
