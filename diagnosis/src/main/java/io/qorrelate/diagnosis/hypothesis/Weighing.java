package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Evidence;
import io.qorrelate.model.Subtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

    /**
     * How often a feature does something that its cause does not foretell: models err, devices differ. It bounds what any one
     * feature may say against a cause.
     */
    private static final double UNFORETOLD = 0.01;

    /** The same of what a random number generator sets, and nothing of the optics: where it moves, it is meant. */
    private static final double UNFORETOLD_OF_A_DIE = 0.001;

    /** What each report at the new level costs a cause that comes in bursts, in nats, and what they cost at the most. */
    private static final double PER_REPORT = 0.4;

    private static final double LONGEST_BURST = 3;

    /** What comes and goes is off its own level by this share of it and more: half of the time there, a half. */
    private static final double ROUGH = 0.35;

    /** What that says for a cause that comes in bursts, in nats: 20 to 1. */
    private static final double ROUGHEST = 3;

    /** A sign that moves by so many standard errors is clear: what raises an alarm moves by more. */
    private static final double CLEAR = 4;

    /** What single causes are told by. */
    private static final Set<Feature> SIGNS = Hypothesis.TABLE.stream()
            .flatMap(hypothesis -> hypothesis.tellingSigns().stream())
            .collect(Collectors.toUnmodifiableSet());

    /** More of them make no sentence better. */
    private static final int SIGNS_TOLD = 3;

    /** What an absent sign costs at the most, in nats. */
    private static final double SIGN_ABSENT = 6;

    /** What it costs that the link does not report a cause's sign, in nats: it may be there, and something else moved. */
    private static final double SIGN_UNREPORTED = 3;

    /** Intercept–resend of everything adds 0.25; more than this is something else. */
    private static final double LARGEST_INTERCEPT_QBER = 0.27;

    /**
     * A tap takes 0.1 to 3 dB, by the field's signatures: whoever wants the key leaves light to make it with. A quarter more is something
     * else.
     */
    private static final double LARGEST_TAP_DB = 4;

    /** What the impossible costs, in nats. */
    private static final double IMPOSSIBLE = 5;

    /** A fibre that is cut passes nothing; a drop of less than this is a loss. */
    private static final double CUT_DB = 15;

    /** Between drift, which takes minutes to hours, and ageing, which takes days to months. */
    private static final double BETWEEN_PACES_MS = Duration.ofHours(12).toMillis();

    /** What each factor e of time on the wrong side of that costs, in nats, and what it costs at the most. */
    private static final double PER_NEPER_OF_TIME = 2;

    private static final double WRONG_PACE = 5;

    /** Where in the table it stands. */
    private static final int WANDERING = Hypothesis.TABLE.indexOf(Hypothesis.WANDERING);

    /**
     * Of the alarms that are just raised, ten times as many come of nothing as of all causes together: tests raise one in some twelve days,
     * and few links have an incident in four months. Nobody knows how often a network is struck. On the evaluation's development seeds odds
     * of one, four and ten said nearly the same of all incidents, and the fewer false alarms were taken for attacks, the larger they were.
     */
    private static final double WANDERING_TO_CAUSES = 10;

    /** What can be no false alarm, in nats: a rule has spoken, or the link is off by more than it can be by itself. */
    private static final double CERTAIN = 30;

    /** That a figure is wrong is about as likely as each of the classes; what is none of the table's is an eighth of that. */
    private static final double[] WRONG_FIGURES = Entry.byClass(Map.of(AnomalyClass.UNDETERMINED, Math.log(8)));

    private final Map<AnomalyClass, Double> priors;
    private final double decideAt;
    private final double temperature;

    /**
     * How to weigh.
     *
     * @param priors of the classes
     * @param decideAt probability from which a class is named
     * @param temperature by which what features say is divided: they are not as independent as their sum takes them to be
     */
    public Weighing(Map<AnomalyClass, Double> priors, double decideAt, double temperature) {
        this.priors = priors;
        this.decideAt = decideAt;
        this.temperature = temperature;
    }

    /** Whether a cause leaves no sign of its own in what is measured: only events tell of it. */
    public static boolean isToldByEventsAlone(Subtype subtype) {
        return Hypothesis.TABLE.stream()
                .allMatch(hypothesis -> hypothesis.subtype() != subtype
                        || hypothesis.tellingSigns().isEmpty());
    }

    /** Weighs a case. */
    public Verdict weigh(Case it) {
        List<Entry> entries = new ArrayList<>();
        features(it, entries);
        tellingSigns(it, entries);
        if (it.offNominal()) {
            CircumstantialEvidence.ofNow(it, entries);
            entries.add(Entry.said(
                    "nominal figures", "the figures of the topology file may be wrong or old", WRONG_FIGURES));
        } else {
            course(it, entries);
            pace(it, entries);
            CircumstantialEvidence.of(it, entries);
        }
        rules(it, entries);
        wandering(it, entries);

        List<Hypothesis> table = Hypothesis.TABLE;
        double[] scores = new double[table.size()];
        for (int i = 0; i < scores.length; i++) {
            double evidence = 0;
            for (Entry entry : entries) {
                evidence += entry.nats()[i];
            }
            scores[i] = Math.log(Math.max(prior(i), Double.MIN_NORMAL)) + evidence;
        }
        Map<AnomalyClass, Integer> best = best(scores);
        normalise(scores);
        Map<AnomalyClass, Double> probabilities = byClass(scores);
        AnomalyClass winner = probabilities.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
        AnomalyClass named = probabilities.get(winner) >= decideAt ? winner : AnomalyClass.UNDETERMINED;
        Map<AnomalyClass, Subtype> likeliest = new EnumMap<>(AnomalyClass.class);
        best.forEach((anomalyClass, index) -> {
            Subtype subtype = table.get(index).subtype();
            if (subtype != null) {
                likeliest.put(anomalyClass, subtype);
            }
        });
        return new Verdict(
                named, likeliest.get(named), likeliest, probabilities, scores[WANDERING], ledger(entries, best));
    }

    private double prior(int index) {
        Hypothesis hypothesis = Hypothesis.TABLE.get(index);
        return index == WANDERING
                ? WANDERING_TO_CAUSES
                : priors.getOrDefault(hypothesis.anomalyClass(), 0.0) * hypothesis.weight();
    }

    /**
     * Which features are weighed: a rate is loss and what loss does not explain, a power likewise, a key rate is what QBER and
     * rate allow and what it lacks of that; taking all of them would count one change twice.
     */
    private static boolean isWeighed(Feature feature, Map<Feature, Shift> seen) {
        return switch (feature) {
            case RATE -> !seen.containsKey(Feature.RATE_NET);
            case RX_POWER -> !seen.containsKey(Feature.RX_NET);
            case KEY_RATE ->
                !seen.containsKey(Feature.KEY_NET)
                        && !seen.containsKey(Feature.QBER)
                        && !seen.containsKey(Feature.RATE)
                        && !seen.containsKey(Feature.LOSS);
            default -> !feature.isJoint();
        };
    }

    private void features(Case it, List<Entry> entries) {
        // Where only rules speak, the measurements may be quite well; that is no evidence against what the rules say.
        if (it.alarms().isEmpty()) {
            return;
        }
        Map<Feature, Shift> seen = it.picture().seen();
        List<Hypothesis> table = Hypothesis.TABLE;
        for (Map.Entry<Feature, Shift> entry : seen.entrySet()) {
            Feature feature = entry.getKey();
            if (!isWeighed(feature, seen)) {
                continue;
            }
            Shift shift = entry.getValue();
            double surprises = feature == Feature.BASIS_FRACTION || feature == Feature.LASER_TEMPERATURE
                    ? UNFORETOLD_OF_A_DIE
                    : UNFORETOLD;
            double unforetold = surprises * Expectation.free(feature, shift);
            // The same for all causes, so that an entry reads as odds against "nothing is foretold".
            double reference = Math.log(Expectation.free(feature, shift));
            double[] nats = Entry.nothing();
            for (int i = 0; i < nats.length; i++) {
                double density = table.get(i).of(feature).logDensity(feature, shift, seen);
                nats[i] = (Math.log((1 - surprises) * Math.exp(density) + unforetold) - reference) / temperature;
            }
            if (feature == Feature.QBER && shift.by() > LARGEST_INTERCEPT_QBER) {
                Entry.add(nats, Subtype.INTERCEPT_RESEND, -IMPOSSIBLE);
            }
            if ((feature == Feature.LOSS || feature == Feature.RATE || feature == Feature.RX_POWER)
                    && Math.abs(shift.by()) < CUT_DB) {
                Entry.add(nats, Subtype.FIBRE_CUT, -IMPOSSIBLE);
            }
            if (feature == Feature.LOSS && shift.by() > LARGEST_TAP_DB) {
                Entry.add(nats, Subtype.CHANNEL_TAP, -IMPOSSIBLE);
            }
            entries.add(new Entry(
                    feature.label(),
                    Wording.value(feature, shift.expected()) + " ± " + Wording.spread(feature, shift.scale()),
                    Wording.value(feature, shift.expected() + shift.by()),
                    Wording.moved(shift.z()),
                    nats,
                    it.alarms().contains(feature) ? it.events() : List.of()));
        }
    }

    /** A cause whose own sign does not move is another cause, however little it forbids. */
    private static void tellingSigns(Case it, List<Entry> entries) {
        if (it.alarms().isEmpty()) {
            return;
        }
        Map<Feature, Shift> seen = it.picture().seen();
        double[] nats = Entry.nothing();
        for (int i = 0; i < nats.length; i++) {
            Hypothesis hypothesis = Hypothesis.TABLE.get(i);
            boolean reported = false;
            double clearest = 0;
            for (Feature sign : hypothesis.tellingSigns()) {
                Shift shift = seen.get(sign);
                if (shift != null) {
                    reported = true;
                    clearest = Math.max(clearest, Expectation.clarity(hypothesis.of(sign), shift));
                }
            }
            if (!hypothesis.tellingSigns().isEmpty()) {
                double missing = Math.max(0, CLEAR - clearest);
                nats[i] = reported ? Math.max(-SIGN_ABSENT, -missing * missing / 2) : -SIGN_UNREPORTED;
            }
        }
        entries.add(new Entry("telling sign", null, movedSigns(seen), null, nats, List.of()));
    }

    private static String movedSigns(Map<Feature, Shift> seen) {
        List<String> moved = seen.entrySet().stream()
                .filter(entry -> SIGNS.contains(entry.getKey())
                        && Math.abs(entry.getValue().z()) >= CLEAR)
                .sorted(Comparator.comparingDouble(
                        entry -> -Math.abs(entry.getValue().z())))
                .map(entry -> entry.getKey().label())
                .limit(SIGNS_TOLD)
                .toList();
        return "of the measurements that single causes are told by, "
                + (moved.isEmpty() ? "none moved clearly" : String.join(" and ", moved) + " moved clearly");
    }

    /** What is no clearer than an alarm may be one of the false alarms that tests raise now and then, whatever else it is like. */
    private static void wandering(Case it, List<Entry> entries) {
        boolean raised = it.alarms().isEmpty() || it.voices().stream().anyMatch(RuleVoice::raises);
        double beyond = raised ? CERTAIN : Math.min(CERTAIN, it.picture().beyondAlarm());
        double[] nats = Entry.nothing();
        nats[WANDERING] = -beyond;
        entries.add(Entry.said(
                "clarity",
                beyond > 0
                        ? "it is clearer than what the link does by itself"
                        : "the link does as much by itself now and then",
                nats));
    }

    private void course(Case it, List<Entry> entries) {
        Feature lead = it.picture().lead();
        if (lead == null) {
            return;
        }
        double shape = it.picture().stepOverRamp();
        // A part that grows warm soon may take what it brings with it slowly.
        double step = (lead.isTemperature() ? Math.min(0, shape) : shape) / temperature;
        // A burst comes and goes; what stays at its level for many reports is none, unless the shaking has not paused
        // either.
        double steady = it.circumstances().isShaking(it.nowMs())
                ? 0
                : -Math.min(LONGEST_BURST, PER_REPORT * it.picture().reports());
        double burst = it.picture().roughness() > ROUGH
                ? ROUGHEST
                : steady * Math.max(0, 1 - it.picture().roughness() / ROUGH);
        boolean comesAndGoes = it.comesAndGoes() && lead.isOfErrors();
        double[] nats = Entry.nothing();
        for (int i = 0; i < nats.length; i++) {
            nats[i] = switch (Hypothesis.TABLE.get(i).course()) {
                // Who comes may go, and come again, though few do; what drifts does not.
                case STEP -> comesAndGoes ? -ROUGHEST / 2 : step / 2;
                case RAMP -> comesAndGoes ? -ROUGHEST : -step / 2;
                case BURST -> lead.isTemperature() ? 0 : burst;
                case ANY -> 0.0;
            };
        }
        entries.add(new Entry(
                lead.label() + " over time",
                null,
                comesAndGoes ? "bursts" : step > 0 ? "a step" : "a ramp",
                inWords(it.onTop(), comesAndGoes, step > 0),
                nats,
                List.of()));
    }

    private static String inWords(boolean onTop, boolean comesAndGoes, boolean step) {
        if (onTop) {
            return "it changed from one report to the next, on top of a change that was under way";
        }
        if (comesAndGoes) {
            return "it comes and goes";
        }
        return step ? "it changed from one report to the next" : "it changed little by little";
    }

    private static void pace(Case it, List<Entry> entries) {
        Feature lead = it.picture().lead();
        if (lead == null) {
            return;
        }
        boolean ramp = it.picture().stepOverRamp() < 0;
        double lasted = Math.max(1, it.nowMs() - it.onsetMs());
        double beyond = Math.clamp(PER_NEPER_OF_TIME * Math.log(lasted / BETWEEN_PACES_MS), -WRONG_PACE, WRONG_PACE);
        // What takes days to change a link by what is typical has in hours done a share of it.
        double typicals = Math.abs(it.picture().level(lead)) / lead.typicalShift();
        double tooFast = Math.clamp(
                PER_NEPER_OF_TIME * Math.log(lasted / BETWEEN_PACES_MS / Math.max(1, typicals)), -WRONG_PACE, 0);
        double[] nats = Entry.nothing();
        for (int i = 0; i < nats.length; i++) {
            nats[i] = switch (Hypothesis.TABLE.get(i).pace()) {
                case HOURS -> ramp ? -Math.max(0, beyond) : 0;
                case DAYS -> tooFast;
                case ANY -> 0.0;
            };
        }
        String words = Duration.ofMillis((long) lasted).toHours() < 2
                ? Duration.ofMillis((long) lasted).toMinutes() + " minutes"
                : Duration.ofMillis((long) lasted).toHours() + " hours";
        entries.add(new Entry(
                "pace",
                null,
                "for " + words + " so far",
                beyond > 0 ? "drift comes within hours" : "ageing takes days",
                nats,
                List.of()));
    }

    private static void rules(Case it, List<Entry> entries) {
        for (RuleVoice voice : it.voices()) {
            double[] nats = Entry.byClass(voice.logOdds());
            Subtype named = voice.subtype();
            if (named != null) {
                // Somebody at the key API's door says little of a fibre that loses more, and all of abuse of that API.
                for (int i = 0; i < nats.length; i++) {
                    nats[i] = Hypothesis.TABLE.get(i).subtype() == named
                            ? nats[i] + NAMED_BY_RULE
                            : Math.clamp(nats[i], -ABOUT_ANOTHER, ABOUT_ANOTHER);
                }
            }
            entries.add(new Entry("rule:" + voice.rule(), null, voice.title(), null, nats, voice.events()));
        }
    }

    /** Turns scores into probabilities, in place. */
    private static void normalise(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double total = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - largest);
            total += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= total;
        }
    }

    private static Map<AnomalyClass, Double> byClass(double[] probabilities) {
        Map<AnomalyClass, Double> sums = new EnumMap<>(AnomalyClass.class);
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            sums.put(anomalyClass, 0.0);
        }
        for (int i = 0; i < probabilities.length; i++) {
            sums.merge(
                    Hypothesis.TABLE.get(i).anomalyClass(), probabilities[i], (one, other) -> Math.min(1, one + other));
        }
        return sums;
    }

    private static Map<AnomalyClass, Integer> best(double[] scores) {
        Map<AnomalyClass, Integer> best = new EnumMap<>(AnomalyClass.class);
        for (int i = 0; i < scores.length; i++) {
            best.merge(
                    Hypothesis.TABLE.get(i).anomalyClass(),
                    i,
                    (one, other) -> scores[one] >= scores[other] ? one : other);
        }
        return best;
    }

    /** For each class the weight of its best cause, less the mean over the classes: what the entry tells them apart by. */
    private static List<Evidence> ledger(List<Entry> entries, Map<AnomalyClass, Integer> best) {
        List<Evidence> ledger = new ArrayList<>();
        for (Entry entry : entries) {
            Map<AnomalyClass, Double> weights = new EnumMap<>(AnomalyClass.class);
            best.forEach((anomalyClass, index) -> weights.put(anomalyClass, entry.nats()[index]));
            double mean = weights.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElse(0);
            weights.replaceAll((anomalyClass, weight) -> weight - mean);
            if (entry.alwaysTold() || weights.values().stream().anyMatch(weight -> Math.abs(weight) >= WORTH_TELLING)) {
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
}
