package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.change.Track;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.hypothesis.Verdict;
import io.qorrelate.diagnosis.hypothesis.Weighing;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The core: a pure fold over the events of one subject in the order of their times. The same state and event give the same
 * step, on any machine, in any year.
 */
public final class LinkDiagnosis {
    /** A probability that moves by less is no news to anybody. */
    private static final double NEWS = 0.1;

    /** Reports in a row that must be back within what is normal before an anomaly counts as over. */
    private static final int QUIET_REPORTS = 3;

    /** What nobody has cured must stay back for this long: the foot of a ramp dips below the line again and again. */
    private static final long BACK_MS = Duration.ofMinutes(5).toMillis();

    /** Reports averaged to tell whether a feature is back. */
    private static final int BACK_REPORTS = 4;

    /** A feature is back where the mean of its latest reports lies within this many standard deviations of one report. */
    private static final double BACK = 1.5;

    /**
     * What was far off is back where no more than this share of it is left: its baseline was not learned meanwhile, and the
     * link has wandered on.
     */
    private static final double BACK_SHARE = 0.25;

    /** But never where more standard deviations are left than this: that would be a change of its own. */
    private static final double BACK_AT_MOST = 4;

    /** An anomaly that only rules speak of is over when they have been silent for this long. */
    private static final long SILENCE_MS = Duration.ofMinutes(10).toMillis();

    /**
     * A technical change that stays this long is how the link is now: it is closed, and what follows is measured against it. An
     * attack, or what may be one, never becomes normal.
     */
    private static final long SETTLED_MS = Duration.ofHours(6).toMillis();

    private static final int ID_BYTES = 10;

    private final RulePack rules;
    private final Weighing weighing;
    private final Track.Tuning tuning;

    /** A diagnosis with these rules and settings. */
    public LinkDiagnosis(RulePack rules, DiagnosisSettings settings) {
        this.rules = rules;
        this.weighing = new Weighing(settings.priors(), settings.decideAt());
        this.tuning = settings.tuning();
    }

    /** The state of a subject of which nothing is known yet. */
    public LinkState initial(String subject) {
        return new LinkState(subject);
    }

    /**
     * Folds one event in. An event whose key is not the state's subject (a node's, copied to its links) is context: it counts as
     * evidence, but raises no finding here.
     */
    public Step observe(LinkState before, TelemetryEvent event) {
        LinkState state = before.copy();
        long now = event.time().toEpochMilli();
        boolean own = event.key().equals(state.subject);
        boolean wasMaintained = state.circumstances.isMaintained();
        state.circumstances.note(event);
        state.keys.note(event);
        if (wasMaintained && !state.circumstances.isMaintained()) {
            // Work on a fibre legitimately changes what it loses; it has no business with errors.
            state.tracks.relearn(
                    EnumSet.of(Feature.LOSS, Feature.RATE, Feature.RATE_NET, Feature.RX_POWER, Feature.KEY_RATE));
        }

        @Nullable Readings readings = readings(event);
        boolean onPurpose = state.circumstances.isCalibrating(now) || state.circumstances.isMaintained();
        boolean measured = readings != null && own && !onPurpose;
        // What is measured while somebody works on the link is odd on purpose; rules are not shown it either.
        List<RuleVoice> voices = readings != null && onPurpose ? List.of() : state.rules.observe(event, rules);
        if (measured) {
            state.tracks.observe(Objects.requireNonNull(readings), now, state.open == null, tuning);
        }
        Set<Feature> alarms = measured ? state.tracks.alarms(tuning) : Set.of();

        if (state.open == null) {
            return open(state, event, alarms, own && raises(voices, state));
        }
        return revise(state, event, alarms, voices, measured ? readings : null);
    }

    /** What the open finding of a state says now; nothing where none is open. */
    Optional<Finding> standing(LinkState state) {
        LinkState copy = state.copy();
        Anomaly anomaly = copy.open;
        return anomaly == null ? Optional.empty() : Optional.of(say(copy, anomaly, weigh(copy, anomaly), null));
    }

    /** Whether one of the rules that spoke is a finding of its own. Works that were announced lose signals and power. */
    private static boolean raises(List<RuleVoice> voices, LinkState state) {
        return voices.stream()
                .anyMatch(voice -> voice.raises() && !(isTechnical(voice) && state.circumstances.isMaintained()));
    }

    private static boolean isTechnical(RuleVoice voice) {
        return voice.subtype() != null && voice.subtype().anomalyClass() == AnomalyClass.PHYSICAL_DEGRADATION;
    }

    private Step open(LinkState state, TelemetryEvent event, Set<Feature> alarms, boolean raised) {
        if (alarms.isEmpty() && !raised) {
            return new Step(state, List.of());
        }
        long now = event.time().toEpochMilli();
        // What rules said shortly before belongs to the story, also where it was no finding by itself.
        List<RuleVoice> voices = state.rules.spokenBefore(now);
        long onset = voices.stream()
                .filter(voice -> raised && voice.raises())
                .mapToLong(RuleVoice::sinceMs)
                .min()
                .orElse(now);
        onset = Math.min(onset, state.tracks.onsetMs(alarms).orElse(now));
        Anomaly anomaly = new Anomaly(idOf(state.subject, event), onset, now, event.node());
        state.open = anomaly;
        anomaly.alarms.addAll(alarms);
        anomaly.name(event.id().value());
        voices.forEach(voice -> anomaly.hear(voice, now));
        anomaly.picture = Picture.of(state.tracks, anomaly.alarms, onset);
        return new Step(state, List.of(say(state, anomaly, weigh(state, anomaly), null)));
    }

    private Step revise(
            LinkState state,
            TelemetryEvent event,
            Set<Feature> alarms,
            List<RuleVoice> voices,
            @Nullable Readings measured) {
        Anomaly anomaly = Objects.requireNonNull(state.open);
        long now = event.time().toEpochMilli();
        if (anomaly.alarms.addAll(alarms)) {
            anomaly.name(event.id().value());
        }
        voices.forEach(voice -> anomaly.hear(voice, now));
        if (measured != null
                && anomaly.alarms.stream()
                        .anyMatch(feature -> feature.of(measured).isPresent())) {
            boolean back = isBack(state, anomaly);
            boolean calibratedSince = state.circumstances.calibratedMs() > anomaly.onsetMs;
            if (back && anomaly.quietReports == 0) {
                anomaly.quietSinceMs = calibratedSince ? state.circumstances.calibratedMs() : now;
            }
            anomaly.quietReports = back ? anomaly.quietReports + 1 : 0;
            anomaly.cured = calibratedSince && back;
            anomaly.resisted = calibratedSince && !back && reportsSinceCalibration(state, anomaly) >= BACK_REPORTS;
            if (!back) {
                anomaly.picture = Picture.of(state.tracks, anomaly.alarms, anomaly.onsetMs)
                        .after(anomaly.picture);
            }
        }
        boolean silent = now - anomaly.lastVoiceMs > SILENCE_MS;
        boolean lasts =
                state.circumstances.isTroubled() && anomaly.voices.stream().anyMatch(LinkDiagnosis::isTechnical);
        if (lasts && anomaly.alarms.isEmpty()) {
            anomaly.lastVoiceMs = now;
        }
        boolean staysBack =
                anomaly.quietReports >= QUIET_REPORTS && (anomaly.cured || now - anomaly.quietSinceMs >= BACK_MS);
        boolean over = anomaly.alarms.isEmpty() ? silent && !lasts : staysBack;
        Verdict verdict = weigh(state, anomaly);
        if (over) {
            long ended = anomaly.alarms.isEmpty() ? anomaly.lastVoiceMs : anomaly.quietSinceMs;
            return close(state, anomaly, verdict, ended);
        }
        boolean technical = verdict.anomalyClass() == AnomalyClass.PHYSICAL_DEGRADATION
                || verdict.anomalyClass() == AnomalyClass.CALIBRATION_DRIFT;
        if (technical && now - anomaly.detectedMs > SETTLED_MS) {
            state.tracks.relearn(anomaly.alarms);
            return close(state, anomaly, verdict, now);
        }
        return isNews(anomaly, verdict)
                ? new Step(state, List.of(say(state, anomaly, verdict, null)))
                : new Step(state, List.of());
    }

    private Step close(LinkState state, Anomaly anomaly, Verdict verdict, long endedMs) {
        Finding last = say(state, anomaly, verdict, Instant.ofEpochMilli(Math.max(endedMs, anomaly.detectedMs)));
        state.open = null;
        state.rules.forgetSpoken();
        state.tracks.resetTests();
        return new Step(state, List.of(last));
    }

    private Verdict weigh(LinkState state, Anomaly anomaly) {
        return weighing.weigh(new Weighing.Case(
                anomaly.picture,
                state.circumstances,
                anomaly.voices,
                anomaly.alarms,
                anomaly.onsetMs,
                anomaly.cured,
                anomaly.resisted,
                anomaly.events));
    }

    private static boolean isBack(LinkState state, Anomaly anomaly) {
        for (Feature feature : anomaly.alarms) {
            Track track = state.tracks.of(feature);
            if (track == null) {
                continue;
            }
            double share = BACK_SHARE * Math.abs(anomaly.picture.level(feature)) / track.scale();
            double allowed = Math.clamp(share, BACK, BACK_AT_MOST);
            if (Math.abs(track.level(anomaly.onsetMs, BACK_REPORTS)) > allowed * track.scale()) {
                return false;
            }
        }
        return true;
    }

    private static int reportsSinceCalibration(LinkState state, Anomaly anomaly) {
        return anomaly.alarms.stream()
                .map(state.tracks::of)
                .filter(Objects::nonNull)
                .mapToInt(track -> track.reportsSince(state.circumstances.calibratedMs()))
                .max()
                .orElse(0);
    }

    private static boolean isNews(Anomaly anomaly, Verdict verdict) {
        if (verdict.anomalyClass() != anomaly.saidClass
                || verdict.subtype() != anomaly.saidSubtype
                || severity(verdict) != anomaly.saidSeverity) {
            return true;
        }
        for (Map.Entry<AnomalyClass, Double> probability :
                verdict.probabilities().entrySet()) {
            double said = anomaly.saidProbabilities.getOrDefault(probability.getKey(), 0.0);
            if (Math.abs(said - probability.getValue()) >= NEWS) {
                return true;
            }
        }
        return false;
    }

    private Finding say(LinkState state, Anomaly anomaly, Verdict verdict, @Nullable Instant ended) {
        Severity severity = severity(verdict);
        anomaly.saidClass = verdict.anomalyClass();
        anomaly.saidSubtype = verdict.subtype();
        anomaly.saidSeverity = severity;
        anomaly.saidProbabilities.putAll(verdict.probabilities());
        boolean aboutNode = state.subject.equals(anomaly.node);
        return new Finding(
                anomaly.id,
                aboutNode ? null : state.subject,
                anomaly.node,
                verdict.anomalyClass(),
                verdict.subtype(),
                Instant.ofEpochMilli(anomaly.onsetMs),
                Instant.ofEpochMilli(anomaly.detectedMs),
                ended,
                verdict.probabilities(),
                severity,
                verdict.ledger(),
                Explanation.of(state, anomaly, verdict, ended),
                state.keys.between(anomaly.onsetMs, anomaly.detectedMs),
                Runbook.steps(verdict, anomaly.voices),
                anomaly.voices.stream().map(RuleVoice::rule).sorted().toList());
    }

    private static Severity severity(Verdict verdict) {
        double attack = verdict.probabilities().getOrDefault(AnomalyClass.ATTACK, 0.0);
        return switch (verdict.anomalyClass()) {
            case ATTACK -> attack >= 0.9 ? Severity.CRITICAL : Severity.HIGH;
            case UNDETERMINED -> attack >= 1.0 / 3 ? Severity.HIGH : Severity.MEDIUM;
            case PHYSICAL_DEGRADATION ->
                verdict.subtype() == Subtype.FIBRE_CUT || verdict.subtype() == Subtype.POWER_EVENT
                        ? Severity.HIGH
                        : Severity.MEDIUM;
            case CALIBRATION_DRIFT -> Severity.LOW;
        };
    }

    /** Depends on the telemetry alone: which subject, and which event brought it to light. */
    private static String idOf(String subject, TelemetryEvent event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((subject + "\u0000" + event.time().toEpochMilli() + "\u0000" + event.id())
                    .getBytes(StandardCharsets.UTF_8));
            return "f-" + HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static @Nullable Readings readings(TelemetryEvent event) {
        return switch (event) {
            case LinkQuality quality -> quality.readings();
            case KeyRate rate -> rate.readings();
            default -> null;
        };
    }
}
