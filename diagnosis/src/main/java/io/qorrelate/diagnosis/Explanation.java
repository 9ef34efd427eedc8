package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.hypothesis.Verdict;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Exposure;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plain sentences: what happened, why this class, why not the others, and what would settle it. */
final class Explanation {
    /** Reasons told for each class: the rest is in the ledger. */
    private static final int REASONS = 3;

    /** A reason against a class weighs at least this many nats against it. */
    private static final double WEIGHS = 0.7;

    /** What is less likely is not worth a sentence about what it would be. */
    private static final double RULED_OUT = 0.01;

    /** The classes that something causes, as they are told. */
    private static final List<AnomalyClass> CAUSES =
            List.of(AnomalyClass.ATTACK, AnomalyClass.CALIBRATION_DRIFT, AnomalyClass.PHYSICAL_DEGRADATION);

    private Explanation() {}

    static String of(
            LinkState state, Anomaly anomaly, Verdict verdict, @Nullable Exposure exposure, @Nullable Instant ended) {
        StringBuilder text = new StringBuilder();
        boolean offNominal = anomaly.offNominal;
        text.append(offNominal ? "At least since " : "Since ")
                .append(Times.format(Instant.ofEpochMilli(anomaly.onsetMs)))
                .append(" ");
        text.append(state.subject)
                .append(
                        offNominal
                                ? " has been far off the nominal figures of the topology file"
                                : " departs from what is normal for it");
        String moved = verdict.ledger().stream()
                .filter(entry -> entry.expected() != null && !"as expected".equals(entry.note()))
                .limit(REASONS)
                .map(entry -> entry.observable() + " " + entry.seen() + " where " + entry.expected() + " is expected")
                .collect(Collectors.joining(", "));
        String said = anomaly.voices.stream()
                .map(voice -> voice.title().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        if (moved.isEmpty() && said.isEmpty() && anomaly.picture.lead() != null) {
            // Slow or small: the tests add up what no report shows by itself.
            moved = anomaly.picture.lead().label() + " has moved by less than one report shows";
        }
        text.append(moved.isEmpty() ? "" : ": " + moved);
        text.append(said.isEmpty() ? "" : (moved.isEmpty() ? ": " : "; ") + said)
                .append(". ");
        if (offNominal) {
            text.append(
                            "Nobody saw it come: it was there before the first report, it crept in, or it was seen and stayed;")
                    .append(" further changes are told against how the link is now. ");
        }

        if (verdict.anomalyClass() == AnomalyClass.UNDETERMINED) {
            text.append("The evidence does not decide: ").append(odds(verdict)).append(". ");
            text.append(whatWouldSettleIt(verdict, anomaly));
        } else {
            text.append("It is taken for ").append(name(verdict.anomalyClass()));
            Subtype subtype = verdict.subtype();
            text.append(subtype == null ? "" : " (" + subtype.wireName().replace('_', ' ') + ")");
            text.append(String.format(
                    Locale.ROOT, ", %.0f %%", 100 * verdict.probabilities().get(verdict.anomalyClass())));
            text.append(subtype == null ? "" : Likeness.of(subtype, anomaly));
            String why = reasons(verdict, verdict.anomalyClass(), true);
            text.append(why.isEmpty() ? ". " : ", because " + why + ". ");
        }
        for (AnomalyClass other : CAUSES) {
            if (other != verdict.anomalyClass() && verdict.anomalyClass() != AnomalyClass.UNDETERMINED) {
                String why = reasons(verdict, other, false);
                text.append(why.isEmpty() ? notRuledOut(verdict, other) : "Not " + name(other) + ": " + why + ". ");
            }
        }
        if (exposure != null && mayBeAttack(verdict)) {
            text.append(exposed(exposure));
        }
        if (ended != null) {
            text.append("Over since ").append(Times.format(ended)).append(".");
        }
        return text.toString().strip();
    }

    private static boolean mayBeAttack(Verdict verdict) {
        return verdict.anomalyClass() == AnomalyClass.ATTACK || verdict.anomalyClass() == AnomalyClass.UNDETERMINED;
    }

    /** Which keys are at stake: bits made are bounded from above, keys taken are those of which was told. */
    private static String exposed(Exposure exposure) {
        List<String> parts = new ArrayList<>();
        exposure.secretBits()
                .ifPresent(bits -> parts.add(
                        bits == 0
                                ? "no secret key was distilled"
                                : String.format(
                                        Locale.ROOT,
                                        "at most %,.0f bits of secret key were distilled",
                                        Math.ceil(bits))));
        exposure.keysDelivered()
                .ifPresent(keys -> parts.add(String.format(Locale.ROOT, "%,d keys are known to have been taken", keys)
                        + (exposure.saes().isEmpty() ? "" : " (" + String.join(", ", exposure.saes()) + ")")));
        return parts.isEmpty() ? "" : "Between onset and detection " + String.join(" and ", parts) + ". ";
    }

    /** A finding that late telemetry took the ground from. */
    static Finding withdrawn(Finding finding, Instant because) {
        Map<AnomalyClass, Double> probabilities = new EnumMap<>(AnomalyClass.class);
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            probabilities.put(anomalyClass, anomalyClass == AnomalyClass.UNDETERMINED ? 1.0 : 0.0);
        }
        return new Finding(
                finding.id(),
                finding.link(),
                finding.node(),
                AnomalyClass.UNDETERMINED,
                null,
                finding.onset(),
                finding.detected(),
                finding.detected(),
                probabilities,
                Severity.INFO,
                List.of(),
                "Withdrawn: telemetry of " + Times.format(because)
                        + " that came late takes the ground from what was said here. What is true of it is said by the"
                        + " findings that follow.",
                null,
                List.of(),
                List.of());
    }

    /** What it may be, the likeliest first; that it is nothing is worth a word where it may well be. */
    private static String odds(Verdict verdict) {
        Map<String, Double> odds = new LinkedHashMap<>();
        for (AnomalyClass anomalyClass : CAUSES) {
            odds.put(name(anomalyClass), verdict.probabilities().getOrDefault(anomalyClass, 0.0));
        }
        if (verdict.wandering() >= RULED_OUT) {
            odds.put("no more than the link does by itself now and then", verdict.wandering());
        }
        return odds.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(entry -> String.format(Locale.ROOT, "%s %.0f %%", entry.getKey(), 100 * entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** A class against which nothing speaks is less likely for what causes do as a rule, and no more. */
    private static String notRuledOut(Verdict verdict, AnomalyClass other) {
        double probability = verdict.probabilities().getOrDefault(other, 0.0);
        Subtype likeliest = verdict.likeliest().get(other);
        String cause = likeliest == null ? "" : " (" + likeliest.wireName().replace('_', ' ') + ")";
        String named = name(other).substring(0, 1).toUpperCase(Locale.ROOT)
                + name(other).substring(1)
                + cause;
        return probability < RULED_OUT
                ? named + " is less than " + Math.round(100 * RULED_OUT) + " % likely. "
                : String.format(Locale.ROOT, "%s cannot be ruled out, %.0f %%. ", named, 100 * probability);
    }

    /** The measurement that would tell the two likeliest classes apart. */
    private static String whatWouldSettleIt(Verdict verdict, Anomaly anomaly) {
        if (anomaly.picture.lead() == Feature.KEY_STORE) {
            return "The key manager's log of deliveries, held against its store, would tell keys that somebody took from keys"
                    + " that were deleted, or taken by what does not count them. ";
        }
        List<AnomalyClass> likeliest = verdict.probabilities().entrySet().stream()
                .filter(entry -> entry.getKey() != AnomalyClass.UNDETERMINED)
                .sorted(Map.Entry.<AnomalyClass, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .limit(2)
                .toList();
        if (!likeliest.contains(AnomalyClass.PHYSICAL_DEGRADATION)) {
            return "A recalibration that cures it would speak for drift, one that changes nothing for an attack. ";
        }
        return likeliest.contains(AnomalyClass.ATTACK)
                ? "An OTDR trace, and a look at the enclosures along the fibre, would tell a fault from somebody at it. "
                : "A recalibration that cures it would speak for drift, an OTDR trace for or against the fibre. ";
    }

    private static String reasons(Verdict verdict, AnomalyClass anomalyClass, boolean inFavour) {
        double sign = inFavour ? 1 : -1;
        return verdict.ledger().stream()
                .filter(entry -> sign * entry.logOdds().getOrDefault(anomalyClass, 0.0) > WEIGHS)
                .sorted(Comparator.comparingDouble(
                        (Evidence entry) -> -sign * entry.logOdds().getOrDefault(anomalyClass, 0.0)))
                .limit(REASONS)
                .map(Explanation::reason)
                .collect(Collectors.joining(", "));
    }

    private static String reason(Evidence entry) {
        String note = entry.note();
        if (note == null) {
            return String.valueOf(entry.seen()).toLowerCase(Locale.ROOT);
        }
        return entry.expected() == null ? note : entry.observable() + " is " + note;
    }

    private static String name(AnomalyClass anomalyClass) {
        return switch (anomalyClass) {
            case ATTACK -> "attack";
            case CALIBRATION_DRIFT -> "calibration drift";
            case PHYSICAL_DEGRADATION -> "physical degradation";
            case UNDETERMINED -> "undetermined";
        };
    }
}
