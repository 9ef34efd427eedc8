package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Subtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Weighs every cause of the table against what was seen of one anomaly. Scores are log-likelihoods in nats; the probability of
 * a class is the sum over its causes.
 */
public final class Weighing {
    /** Entries that move no class by more than this many nats are not worth a reader's time. */
    private static final double WORTH_TELLING = 0.5;

    /** What a rule that names a cause adds to that cause beyond its class, in nats: about 20 to 1. */
    private static final double NAMED_BY_RULE = 3;

    /** What a rule that names a cause says at the most of the other causes of its class, in nats: about 3 to 1. */
    private static final double ABOUT_ANOTHER = 1;

    private static final long SHORTLY_MS = Duration.ofMinutes(3).toMillis();
    private static final long AROUND_MS = Duration.ofMinutes(10).toMillis();
    private static final long BEFORE_MS = Duration.ofHours(1).toMillis();

    /** A sign that moves by so many standard deviations is clear: what raises an alarm moves by more. */
    private static final double CLEAR = 4;

    /** What an absent sign costs at the most, in nats: as much as any one feature. */
    private static final double SIGN_ABSENT = 6;

    /** What it costs that the link does not report a cause's sign, in nats: it may be there, and something else moved. */
    private static final double SIGN_UNREPORTED = 2;

    /** Reporting intervals above this show a drift of minutes as a step. */
    private static final double COARSE_INTERVAL_S = 60;

    /** Even reports of every five minutes show that a drift of half an hour is no step. */
    private static final double COARSEST = 0.5;

    /** What each report at the new level costs a cause that comes in bursts, in nats, and what they cost at the most. */
    private static final double PER_REPORT = 0.4;

    private static final double LONGEST_BURST = 3;

    /** Intercept–resend of everything adds 0.25; more than this is something else. */
    private static final double LARGEST_INTERCEPT_QBER = 0.27;

    /** A fibre that is cut passes nothing; a drop of less than this is a loss. */
    private static final double CUT_DB = 15;

    private final Map<AnomalyClass, Double> priors;
    private final double decideAt;

    /** Class priors and the probability from which a class is named. */
    public Weighing(Map<AnomalyClass, Double> priors, double decideAt) {
        this.priors = priors;
        this.decideAt = decideAt;
    }

    /**
     * What there is to weigh.
     *
     * @param alarms features whose test raised the alarm; empty where a rule did
     * @param onsetMs estimated onset, epoch ms
     * @param cured whether a recalibration brought the features back
     * @param resisted whether a recalibration completed since detection and did not
     * @param events ids of the events that raised the alarm
     */
    public record Case(
            Picture picture,
            Circumstances circumstances,
            List<RuleVoice> voices,
            Set<Feature> alarms,
            long onsetMs,
            boolean cured,
            boolean resisted,
            List<String> events) {}

    /** One entry of the ledger before it is put into words: what each cause gets for it. */
    private record Entry(
            String observable,
            @Nullable String expected,
            @Nullable String seen,
            @Nullable String note,
            Map<Hypothesis, Double> nats,
            List<String> events) {}

    /** Weighs a case. */
    public Verdict weigh(Case it) {
        List<Entry> entries = new ArrayList<>();
        features(it, entries);
        tellingSigns(it, entries);
        shape(it, entries);
        circumstances(it, entries);
        rules(it, entries);

        Map<Hypothesis, Double> scores = new LinkedHashMap<>();
        for (Hypothesis hypothesis : Hypothesis.TABLE) {
            double score = Math.log(priorOf(hypothesis));
            for (Entry entry : entries) {
                score += entry.nats().getOrDefault(hypothesis, 0.0);
            }
            scores.put(hypothesis, score);
        }
        Map<AnomalyClass, Double> probabilities = probabilities(scores);
        Map<AnomalyClass, Hypothesis> best = best(scores);
        AnomalyClass winner = probabilities.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
        AnomalyClass named = probabilities.get(winner) >= decideAt ? winner : AnomalyClass.UNDETERMINED;
        Map<AnomalyClass, Subtype> likeliest = new EnumMap<>(AnomalyClass.class);
        best.forEach((anomalyClass, hypothesis) -> {
            if (hypothesis.subtype() != null) {
                likeliest.put(anomalyClass, hypothesis.subtype());
            }
        });
        return new Verdict(named, likeliest.get(named), likeliest, probabilities, ledger(entries, best));
    }

    private double priorOf(Hypothesis hypothesis) {
        return priors.getOrDefault(hypothesis.anomalyClass(), 0.0) * hypothesis.weight();
    }

    private static void features(Case it, List<Entry> entries) {
        // Where only rules speak, the measurements may be quite well; that is no evidence against what the rules say.
        if (it.alarms().isEmpty()) {
            return;
        }
        boolean net = it.picture().seen().containsKey(Feature.RATE_NET);
        for (Map.Entry<Feature, Picture.Seen> entry : it.picture().seen().entrySet()) {
            Feature feature = entry.getKey();
            if (net && feature == Feature.RATE) {
                // The rate is loss and what loss does not explain; taking all three would count one change twice.
                continue;
            }
            double z = entry.getValue().z();
            double level = entry.getValue().level();
            double expected = entry.getValue().expected();
            Map<Hypothesis, Double> nats = new HashMap<>();
            for (Hypothesis hypothesis : Hypothesis.TABLE) {
                boolean byLoss = feature == Feature.RATE_NET
                        && hypothesis.effect(Feature.LOSS) == Effect.UP
                        && isBentByDeadTime(it.picture(), level);
                nats.put(
                        hypothesis,
                        byLoss
                                ? Effect.LITTLE.logLikelihood(0)
                                : hypothesis.effect(feature).logLikelihood(z));
            }
            if (feature == Feature.QBER_LEVEL && level > LARGEST_INTERCEPT_QBER) {
                add(nats, Subtype.INTERCEPT_RESEND, -4);
            }
            if (feature == Feature.LOSS || feature == Feature.RATE || feature == Feature.RX_POWER) {
                add(nats, Subtype.FIBRE_CUT, Math.abs(level) >= CUT_DB ? 0 : -5);
            }
            entries.add(new Entry(
                    feature.label(),
                    Wording.value(feature, expected) + " ± "
                            + Wording.spread(feature, entry.getValue().scale()),
                    Wording.value(feature, expected + level),
                    Wording.moved(z),
                    nats,
                    it.alarms().contains(feature) ? it.events() : List.of()));
        }
    }

    /**
     * Whether the rate fell, but by less than the loss rose: dead time bends high rates, and dark counts stay when the light
     * goes.
     */
    private static boolean isBentByDeadTime(Picture picture, double netDb) {
        Picture.Seen loss = picture.seen().get(Feature.LOSS);
        return loss != null && netDb >= 0 && netDb <= loss.level();
    }

    /** A cause whose own sign does not move is another cause, however little it forbids. */
    private static void tellingSigns(Case it, List<Entry> entries) {
        if (it.alarms().isEmpty()) {
            return;
        }
        Map<Hypothesis, Double> nats = new HashMap<>();
        for (Hypothesis hypothesis : Hypothesis.TABLE) {
            if (hypothesis.tellingSigns().isEmpty()) {
                continue;
            }
            boolean reported = false;
            double clearest = 0;
            for (Feature sign : hypothesis.tellingSigns()) {
                Picture.Seen seen = it.picture().seen().get(sign);
                reported |= seen != null;
                if (seen != null && hypothesis.effect(sign).foretells(seen.z())) {
                    clearest = Math.max(clearest, Math.abs(seen.z()));
                }
            }
            double missing = Math.max(0, CLEAR - clearest);
            nats.put(hypothesis, reported ? Math.max(-SIGN_ABSENT, -missing * missing / 2) : -SIGN_UNREPORTED);
        }
        entries.add(new Entry(
                "telling sign", null, "what a cause is told by has moved, or has not", null, nats, List.of()));
    }

    private static void shape(Case it, List<Entry> entries) {
        Feature lead = it.picture().lead();
        if (lead == null) {
            return;
        }
        double coarse = Math.min(1, COARSE_INTERVAL_S / Math.max(1, it.picture().intervalSeconds()));
        double step = it.picture().stepOverRamp() * Math.max(COARSEST, coarse);
        // A burst comes and goes; one that stays for many reports is none.
        double burst = -Math.min(LONGEST_BURST, PER_REPORT * it.picture().reports());
        Map<Hypothesis, Double> nats = new HashMap<>();
        for (Hypothesis hypothesis : Hypothesis.TABLE) {
            nats.put(
                    hypothesis,
                    switch (hypothesis.shape()) {
                        case STEP -> step / 2;
                        case RAMP -> -step / 2;
                        case BURST -> burst;
                        case ANY -> 0.0;
                    });
        }
        entries.add(new Entry(
                lead.label() + " over time",
                null,
                step > 0 ? "a step" : "a ramp",
                step > 0 ? "it changed from one report to the next" : "it changed little by little",
                nats,
                List.of()));
    }

    private static void circumstances(Case it, List<Entry> entries) {
        Circumstances around = it.circumstances();
        long onset = it.onsetMs();
        if (it.cured()) {
            Map<Hypothesis, Double> nats = byClass(Map.of(AnomalyClass.CALIBRATION_DRIFT, 4.0));
            Subtype mended = mendedBy(around.routine);
            if (mended != null) {
                add(nats, mended, 1.5);
            }
            entries.add(said(
                    "calibration", "a recalibration brought it back: neither an attacker nor a fibre heeds one", nats));
        } else if (it.resisted()) {
            Map<Hypothesis, Double> nats = byClass(Map.of(AnomalyClass.CALIBRATION_DRIFT, -4.0));
            add(nats, Subtype.FAILED_CALIBRATION, 3);
            entries.add(said("calibration", "a recalibration completed and changed nothing", nats));
        }
        boolean nearCalibration = within(around.calibratedMs, onset, SHORTLY_MS, SHORTLY_MS / 3)
                || within(around.calibrationTroubleMs, onset, SHORTLY_MS, SHORTLY_MS / 3);
        if (nearCalibration) {
            entries.add(said("calibration", "it began at a calibration", only(Subtype.FAILED_CALIBRATION, 3)));
        } else {
            entries.add(said("calibration", "no calibration shortly before", only(Subtype.FAILED_CALIBRATION, -5)));
        }
        if (within(around.accessMs, onset, BEFORE_MS, SHORTLY_MS)) {
            Map<Hypothesis, Double> nats = only(Subtype.CHANNEL_TAP, 4);
            add(nats, Subtype.TROJAN_HORSE, 2);
            add(nats, Subtype.DETECTOR_BLINDING, 2);
            entries.add(said("physical_access", "somebody was at the equipment within the hour before", nats));
        }
        if (within(around.otdrMs, onset, AROUND_MS, AROUND_MS)) {
            Map<Hypothesis, Double> nats = only(Subtype.MACRO_BEND, 1.5);
            add(nats, Subtype.FIBRE_CUT, 1);
            add(nats, Subtype.CHANNEL_TAP, 1);
            entries.add(said("otdr_event", "the fibre shows an event at a position", nats));
        }
        boolean dark = within(around.signalLostMs, onset, AROUND_MS, AROUND_MS)
                && around.signalRestoredMs < around.signalLostMs;
        entries.add(
                dark
                        ? said("loss_of_signal", "the signal is lost", only(Subtype.FIBRE_CUT, 6))
                        : said("loss_of_signal", "no loss of signal was reported", only(Subtype.FIBRE_CUT, -1)));
        entries.add(
                around.coolingTrouble
                        ? said("cooling", "the site's cooling is in trouble", only(Subtype.COOLING_FAILURE, 5))
                        : said("cooling", "no trouble with cooling was reported", only(Subtype.COOLING_FAILURE, -1.5)));
        entries.add(
                around.powerTrouble
                        ? said("power", "the site's power is in trouble", only(Subtype.POWER_EVENT, 5))
                        : said("power", "no trouble with power was reported", only(Subtype.POWER_EVENT, -4)));
        entries.add(
                within(around.vibrationMs, onset, AROUND_MS, AROUND_MS)
                        ? said("vibration_g", "the site shakes", only(Subtype.VIBRATION, 4))
                        : said("vibration_g", "no vibration was reported", only(Subtype.VIBRATION, -1.5)));
        if (within(around.authFailureMs, onset, BEFORE_MS, AROUND_MS)
                && it.voices().isEmpty()) {
            entries.add(said(
                    "auth_failure",
                    "authentication failed on this link or its nodes within the hour before",
                    byClass(Map.of(AnomalyClass.ATTACK, 1.5))));
        }
        if (it.voices().stream().noneMatch(voice -> voice.subtype() != null)) {
            Map<Hypothesis, Double> nats = only(Subtype.CLASSICAL_CHANNEL_MITM, -4);
            add(nats, Subtype.KEY_API_ABUSE, -5);
            add(nats, Subtype.MANAGEMENT_COMPROMISE, -5);
            entries.add(said("auth_failure", "no burst of failed authentication", nats));
        }
    }

    private static void rules(Case it, List<Entry> entries) {
        for (RuleVoice voice : it.voices()) {
            Map<Hypothesis, Double> nats = byClass(voice.logOdds());
            Subtype named = voice.subtype();
            if (named != null) {
                // Somebody at the key API's door says little of a fibre that loses more, and all of abuse of that API.
                nats.replaceAll((hypothesis, weight) -> hypothesis.subtype() == named
                        ? weight + NAMED_BY_RULE
                        : Math.clamp(weight, -ABOUT_ANOTHER, ABOUT_ANOTHER));
            }
            entries.add(new Entry("rule:" + voice.rule(), null, voice.title(), null, nats, voice.events()));
        }
    }

    private static @Nullable Subtype mendedBy(Calibration.@Nullable Routine routine) {
        if (routine == null) {
            return null;
        }
        return switch (routine) {
            case POLARIZATION -> Subtype.POLARIZATION_DRIFT;
            case PHASE -> Subtype.PHASE_DRIFT;
            case TIMING -> Subtype.TIMING_DRIFT;
            case DETECTOR -> Subtype.DETECTOR_DRIFT;
            case INTENSITY -> Subtype.INTENSITY_DRIFT;
            case WAVELENGTH -> Subtype.WAVELENGTH_DRIFT;
            case FULL -> null;
        };
    }

    private static boolean within(long momentMs, long onsetMs, long beforeMs, long afterMs) {
        return momentMs != 0 && momentMs >= onsetMs - beforeMs && momentMs <= onsetMs + afterMs;
    }

    private static Entry said(String observable, String seen, Map<Hypothesis, Double> nats) {
        return new Entry(observable, null, seen, null, nats, List.of());
    }

    private static Map<Hypothesis, Double> only(Subtype subtype, double weight) {
        Map<Hypothesis, Double> nats = new HashMap<>();
        add(nats, subtype, weight);
        return nats;
    }

    private static Map<Hypothesis, Double> byClass(Map<AnomalyClass, Double> weights) {
        Map<Hypothesis, Double> nats = new HashMap<>();
        for (Hypothesis hypothesis : Hypothesis.TABLE) {
            Double weight = weights.get(hypothesis.anomalyClass());
            if (weight != null) {
                nats.put(hypothesis, weight);
            }
        }
        return nats;
    }

    private static void add(Map<Hypothesis, Double> nats, Subtype subtype, double weight) {
        for (Hypothesis hypothesis : Hypothesis.TABLE) {
            if (hypothesis.subtype() == subtype) {
                nats.merge(hypothesis, weight, Double::sum);
            }
        }
    }

    private static Map<AnomalyClass, Double> probabilities(Map<Hypothesis, Double> scores) {
        double largest =
                scores.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        double total = scores.values().stream()
                .mapToDouble(score -> Math.exp(score - largest))
                .sum();
        Map<AnomalyClass, Double> probabilities = new EnumMap<>(AnomalyClass.class);
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            probabilities.put(anomalyClass, 0.0);
        }
        scores.forEach((hypothesis, score) ->
                probabilities.merge(hypothesis.anomalyClass(), Math.exp(score - largest) / total, Double::sum));
        return probabilities;
    }

    private static Map<AnomalyClass, Hypothesis> best(Map<Hypothesis, Double> scores) {
        Map<AnomalyClass, Hypothesis> best = new EnumMap<>(AnomalyClass.class);
        scores.forEach((hypothesis, score) -> best.merge(
                hypothesis.anomalyClass(),
                hypothesis,
                (one, other) -> scores.get(one) >= scores.get(other) ? one : other));
        return best;
    }

    /** For each class the weight of its best cause, less the mean over the classes: what the entry tells them apart by. */
    private static List<Evidence> ledger(List<Entry> entries, Map<AnomalyClass, Hypothesis> best) {
        List<Evidence> ledger = new ArrayList<>();
        for (Entry entry : entries) {
            Map<AnomalyClass, Double> weights = new EnumMap<>(AnomalyClass.class);
            best.forEach((anomalyClass, hypothesis) ->
                    weights.put(anomalyClass, entry.nats().getOrDefault(hypothesis, 0.0)));
            double mean = weights.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
            weights.replaceAll((anomalyClass, weight) -> weight - mean);
            if (weights.values().stream().anyMatch(weight -> Math.abs(weight) >= WORTH_TELLING)) {
                ledger.add(new Evidence(
                        entry.observable(), entry.expected(), entry.seen(), weights, entry.events(), entry.note()));
            }
        }
        ledger.sort(Comparator.comparingDouble(Weighing::weight).reversed());
        return ledger;
    }

    private static double weight(Evidence evidence) {
        return evidence.logOdds().values().stream().mapToDouble(Math::abs).max().orElse(0);
    }

    /** Numbers as people read them. */
    static final class Wording {
        private static final double CLEARLY = 3;

        /** Rounding of a level and its baseline leaves this much above 0 dB. */
        private static final double LEAST_DECIBEL = 0.01;

        private Wording() {}

        static String value(Feature feature, double value) {
            if (feature.isFraction()) {
                String percent = String.format(Locale.ROOT, "%.2f %%", 100 * value);
                return percent.equals("-0.00 %") ? "0.00 %" : percent;
            }
            return switch (feature) {
                case RATE -> rate(value, "Hz");
                case DARK_COUNTS -> countable(value, "Hz");
                case KEY_RATE -> countable(value, "bit/s");
                case PHOTOCURRENT -> String.format(Locale.ROOT, "%.3g µA", Math.pow(10, value / 10));
                case LOSS, RATE_NET, GAIN_RATIO -> String.format(Locale.ROOT, "%.2f dB", value);
                case RX_POWER, BACK_REFLECTION -> String.format(Locale.ROOT, "%.2f dBm", value);
                case SYNC_OFFSET -> String.format(Locale.ROOT, "%.0f ps", value);
                case POLARIZATION -> String.format(Locale.ROOT, "%.3f rad", value);
                case DETECTOR_TEMPERATURE, LASER_TEMPERATURE -> String.format(Locale.ROOT, "%.2f °C", value);
                case EXCESS_NOISE -> String.format(Locale.ROOT, "%.4f SNU", value);
                default -> String.format(Locale.ROOT, "%.3f", value);
            };
        }

        static String spread(Feature feature, double scale) {
            if (feature.isFraction()) {
                return String.format(Locale.ROOT, "%.2f %%", 100 * scale);
            }
            return feature.isDecibel()
                    ? String.format(Locale.ROOT, "%.2f dB", scale)
                    : String.format(Locale.ROOT, "%.3g", scale);
        }

        static String moved(double z) {
            if (Math.abs(z) < CLEARLY) {
                return "as expected";
            }
            return String.format(Locale.ROOT, "%s by %.0f standard deviations", z > 0 ? "up" : "down", Math.abs(z));
        }

        /** Decibels of a rate end at one per second, which stands for none as well. */
        private static String countable(double decibel, String unit) {
            return decibel <= LEAST_DECIBEL
                    ? "none"
                    : String.format(Locale.ROOT, "%.0f %s", Math.pow(10, decibel / 10), unit);
        }

        private static String rate(double decibel, String unit) {
            double value = Math.pow(10, decibel / 10);
            // A gain stands in for the rate where no rate is reported: it is far below one.
            return value < 1
                    ? String.format(Locale.ROOT, "%.3g per pulse", value)
                    : String.format(Locale.ROOT, "%.0f %s", value, unit);
        }
    }
}
