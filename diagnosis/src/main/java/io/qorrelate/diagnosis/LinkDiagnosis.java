package io.qorrelate.diagnosis;

import io.qorrelate.diagnosis.change.Feature;
import io.qorrelate.diagnosis.change.Leap;
import io.qorrelate.diagnosis.change.Nominal;
import io.qorrelate.diagnosis.change.Report;
import io.qorrelate.diagnosis.change.Trace;
import io.qorrelate.diagnosis.change.Tracks;
import io.qorrelate.diagnosis.hypothesis.Case;
import io.qorrelate.diagnosis.hypothesis.Picture;
import io.qorrelate.diagnosis.hypothesis.Shift;
import io.qorrelate.diagnosis.hypothesis.Verdict;
import io.qorrelate.diagnosis.hypothesis.Weighing;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.diagnosis.rules.RuleVoice;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Exposure;
import io.qorrelate.model.Finding;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The core: a pure fold over the events of one subject in the order of their times. The same state and event give the same
 * step, on any machine, in any year.
 */
public final class LinkDiagnosis {
    /** A probability that moves by less is no news to anybody. */
    private static final double NEWS = 0.1;

    /** What is nothing but the link's own wandering as likely as this is watched, and not told of: nobody could do anything about it. */
    private static final double NO_MATTER = 0.9;

    /** Reports in a row that must be back within what is normal before an anomaly counts as over. */
    private static final int QUIET_REPORTS = 3;

    /**
     * What nobody has cured must stay back for this long: the foot of a ramp dips below the line again and again, and a machine that
     * shakes a fibre rests now and then.
     */
    private static final long BACK_MS = Duration.ofMinutes(20).toMillis();

    /** Reports averaged to tell whether a feature is back. */
    private static final int BACK_REPORTS = 4;

    /** As above, where nothing has moved by as many standard deviations of one report as {@link #SMALL} says. */
    private static final int MOST_BACK_REPORTS = 64;

    /** Half of it is what {@link #BACK} allows. */
    private static final double SMALL = 3;

    /** A feature is back where the mean of its latest reports lies within this many standard deviations of one report. */
    private static final double BACK = 1.5;

    /** Reports after a calibration by which it is judged whether it helped, where the first few leave that open. */
    private static final int JUDGED_REPORTS = 16;

    /** What a calibration has left at more than half is more there than not. */
    private static final double STAYED_SHARE = 0.5;

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

    /** Standard errors by which what still moves has moved at least: chance only puts off that a finding is closed. */
    private static final double MOVES = 2;

    /** What moves by no more than this share of itself in a quarter of its time has come to rest. */
    private static final double STILL = 0.1;

    /** What a neighbour has told within this time is no news. */
    private static final long REMEMBERED_MS = Duration.ofHours(1).toMillis();

    /** Reports after detection at each of which an anomaly is looked at, and every how many thereafter. */
    private static final int CLOSE_LOOKS = 32;

    private static final int EVERY = 8;

    /** What an interception adds to. */
    private static final List<Feature> ERRORS = List.of(Feature.QBER, Feature.EXCESS_NOISE);

    /** Nats by which a step is likelier than a ramp from which there is no doubt. */
    private static final double CLEAR_STEP = 3;

    /** Standard errors by which a feature has moved from which there is no doubt. */
    private static final double CLEAR_SHIFT = 3;

    /** What is so many times larger than an anomaly is not the same going on: of a step, a quarter is seen in its first report. */
    private static final double OUTGROWN = 4;

    /**
     * What is new beside an anomaly: for so many times as long as it has lasted, the anomaly was there without it. Errors that grow with the
     * square of an angle are found in the last three quarters of their time, and are not new then.
     */
    private static final long LAY_LONGER = 4;

    /** It has moved by so many standard errors, twice what is clear of all that raises an alarm. */
    private static final double CLEARLY_NEW = 8;

    /** And by so many times less before. */
    private static final double WAS_QUIET = 8;

    /** What was gone twice and came again comes and goes: that is no outlier, and no step that was mended. */
    private static final int FEWEST_RETURNS = 2;

    /** Standard deviations of one report: what is smaller is gone by chance, and comes again by chance. */
    private static final double CLEAR_BURST = 6;

    /** What comes and goes leaps all the time; a course that is off its own level by less than this share of it does not. */
    private static final double STEADY = 0.35;

    /**
     * Events, most of which come as two of each link, before which their links' states are read: of half as many it takes some two
     * per cent longer where states are in no cache, and of twice as many no less.
     */
    private static final int TOGETHER = 64;

    private static final Set<Feature> NO_ALARMS = Set.of();
    private static final Feature[] FEATURES = Feature.values();

    private final RulePack rules;
    private final Weighing weighing;
    private final Tracks.Tuning tuning;
    private final Topology topology;
    private final FibreRoutes routes;
    private final Map<String, Map<Feature, Nominal>> nominal;

    /** A diagnosis with these rules and settings, for links of which nothing is known beforehand. */
    public LinkDiagnosis(RulePack rules, DiagnosisSettings settings) {
        this(rules, settings, Topology.empty());
    }

    /** A diagnosis that knows which links share a fibre route. */
    public LinkDiagnosis(RulePack rules, DiagnosisSettings settings, Topology topology) {
        this.rules = rules;
        this.weighing = new Weighing(settings.priors(), settings.decideAt(), settings.temperature());
        this.tuning = settings.tuning();
        this.topology = topology;
        this.routes = FibreRoutes.of(topology);
        this.nominal = topology.links().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, link -> Nominal.of(link.getValue())));
    }

    /** Subjects other than its own to which an event is context: a node's links, and links on the same fibre route. */
    public Set<String> alsoConcerns(TelemetryEvent event) {
        String link = event.link();
        if (link == null) {
            String node = event.node();
            return node == null ? Set.of() : new LinkedHashSet<>(topology.linksOf(node));
        }
        return event instanceof Transport transport
                        && NeighbourNews.heardIn(transport).isPresent()
                ? routes.of(link)
                : Set.of();
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
        return new Step(state, advance(state, event));
    }

    /**
     * Folds events of many links in, each into its link's state, which nobody else holds: as one by one, in their order. Of so many
     * links that their states are in no cache, those of some are waited for together.
     *
     * @param states that of each event's link
     * @param count of events and states, from the first on
     * @return findings that are new or have changed, in the order of the events
     */
    public List<Finding> advance(LinkState[] states, TelemetryEvent[] events, int count) {
        Report report = new Report();
        List<Finding> findings = List.of();
        for (int from = 0; from < count; from += TOGETHER) {
            int until = Math.min(count, from + TOGETHER);
            report.readAhead = LinkState.readAhead(states, from, until);
            for (int i = from; i < until; i++) {
                List<Finding> said = advance(states[i], events[i], report);
                if (!said.isEmpty()) {
                    findings = findings.isEmpty() ? new ArrayList<>() : findings;
                    findings.addAll(said);
                }
            }
        }
        return findings;
    }

    /**
     * Folds one event into a state that nobody else holds, and gives the findings that are new or have changed: {@link #observe}
     * without the copy.
     */
    public List<Finding> advance(LinkState state, TelemetryEvent event) {
        return advance(state, event, new Report());
    }

    private List<Finding> advance(LinkState state, TelemetryEvent event, Report report) {
        long now = event.time().toEpochMilli();
        boolean own = event.key().equals(state.subject);
        @Nullable Readings readings = own ? readings(event) : null;
        if (readings == null) {
            return context(state, event, own);
        }
        state.keys.note(event);
        boolean onPurpose = state.circumstances.isCalibrating(now) || state.circumstances.isMaintained();
        if (onPurpose) {
            // What is measured while somebody works on the link is odd on purpose; rules are not shown it either.
            return state.open == null ? List.of() : revise(state, event, NO_ALARMS, List.of(), false);
        }
        List<RuleVoice> voices = state.rules.observe(event, rules);
        long alarms = state.tracks.observe(readings, event.kind(), now, state.open == null, tuning, report);
        if (state.open != null) {
            return revise(state, event, features(alarms), voices, true);
        }
        List<Finding> opened = alarms == 0 && voices.isEmpty()
                ? List.of()
                : open(state, event, features(alarms), raises(voices, state));
        return opened.isEmpty() ? compareWithNominal(state, event) : opened;
    }

    /** Whether the baselines, which take whatever lasts for normal, are what the topology file says of the link. */
    private List<Finding> compareWithNominal(LinkState state, TelemetryEvent event) {
        Map<Feature, Nominal> figures = nominal.getOrDefault(state.subject, Map.of());
        OffNominal known = state.offNominal;
        if (known != null && isBackAtNominal(state, known, figures)) {
            return closeOffNominal(state, known, figures, event);
        }
        Set<Feature> far = farFrom(figures, state.tracks);
        if (far.isEmpty()) {
            return List.of();
        }
        long now = event.time().toEpochMilli();
        // What is known to be so since long ago need not be looked up in the trace with every report.
        long onsetMs = known != null ? known.onsetMs() : farSinceMs(figures, far, state.tracks, now);
        Picture picture = Picture.of(state.tracks, figures, far, onsetMs);
        if (known != null && !known.isLessThan(far, picture)) {
            return List.of();
        }
        OffNominal off = known != null
                ? known.grownTo(far, picture)
                : new OffNominal(idOf(state.subject, event), onsetMs, now, event.node(), far, picture);
        state.offNominal = off;
        return List.of(tell(state, off, now, null));
    }

    private Finding tell(LinkState state, OffNominal off, long now, @Nullable Instant ended) {
        Anomaly anomaly = off.anomaly();
        return say(state, anomaly, weigh(state, anomaly, now), ended);
    }

    private static Set<Feature> farFrom(Map<Feature, Nominal> figures, Tracks tracks) {
        Set<Feature> far = NO_ALARMS;
        for (Map.Entry<Feature, Nominal> figure : figures.entrySet()) {
            Feature feature = figure.getKey();
            Nominal it = figure.getValue();
            if (tracks.isArmed(feature)
                    && it.isFar(tracks.expected(feature))
                    && it.isFar(tracks.level(feature, Picture.MOST_REPORTS))) {
                far = far.isEmpty() ? EnumSet.of(feature) : far;
                far.add(feature);
            }
        }
        return far;
    }

    private static long farSinceMs(Map<Feature, Nominal> figures, Set<Feature> far, Tracks tracks, long now) {
        long sinceMs = now;
        for (Feature feature : far) {
            Nominal it = Objects.requireNonNull(figures.get(feature));
            sinceMs = Math.min(sinceMs, it.farSinceMs(tracks, feature));
        }
        return sinceMs;
    }

    /** Whether all that was far off is back, or is held to no figure any more: somebody has corrected the file. */
    private static boolean isBackAtNominal(LinkState state, OffNominal known, Map<Feature, Nominal> figures) {
        for (Feature feature : known.far()) {
            Nominal it = figures.get(feature);
            if (it != null && !it.isBack(state.tracks.level(feature, Picture.MOST_REPORTS))) {
                return false;
            }
        }
        return true;
    }

    private List<Finding> closeOffNominal(
            LinkState state, OffNominal known, Map<Feature, Nominal> figures, TelemetryEvent event) {
        Finding last = tell(state, known, event.time().toEpochMilli(), event.time());
        state.offNominal = null;
        boolean stale = known.far().stream()
                .anyMatch(feature ->
                        figures.containsKey(feature) && !figures.get(feature).isBack(state.tracks.expected(feature)));
        if (stale) {
            // All of them were learned when the link was not well: tests against them would be blind.
            state.tracks.relearn(state.tracks.armed());
        }
        return List.of(last);
    }

    private List<Finding> context(LinkState state, TelemetryEvent event, boolean own) {
        if (!own && event instanceof Transport moved && routes.isNeighbour(state.subject, moved.link())) {
            return hear(state, moved);
        }
        state.circumstances.note(event, onsetMs(state));
        state.keys.note(event);
        List<RuleVoice> voices = state.rules.observe(event, rules);
        if (state.open != null) {
            return revise(state, event, NO_ALARMS, voices, false);
        }
        return own && raises(voices, state) ? open(state, event, NO_ALARMS, true) : List.of();
    }

    /** Hears what a neighbour on the fibre route tells; the first time this is told, whatever it changes. */
    private List<Finding> hear(LinkState state, Transport event) {
        Optional<NeighbourNews.Heard> news = NeighbourNews.heardIn(event);
        if (news.isEmpty()) {
            return List.of();
        }
        NeighbourNews.Heard heard = news.get();
        long recentlyMs = heard.sinceMs() - REMEMBERED_MS;
        boolean first = heard.errs()
                ? !state.circumstances.hasNeighbourErredSince(recentlyMs)
                : !state.circumstances.hasNeighbourMovedSince(recentlyMs);
        state.circumstances.noteNeighbour(heard.errs(), heard.sinceMs(), onsetMs(state));
        Anomaly anomaly = state.open;
        if (anomaly == null) {
            return List.of();
        }
        List<Finding> revised = revise(state, event, NO_ALARMS, List.of(), false);
        return first && revised.isEmpty() && state.open != null && anomaly.isTold()
                ? List.of(say(state, anomaly, weigh(state, anomaly, event.time().toEpochMilli()), null))
                : revised;
    }

    /** When the anomaly began that is open, epoch ms; {@link Long#MAX_VALUE} where none is. */
    private static long onsetMs(LinkState state) {
        return state.open == null ? Long.MAX_VALUE : state.open.onsetMs;
    }

    private static Set<Feature> features(long alarms) {
        if (alarms == 0) {
            return NO_ALARMS;
        }
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (long rest = alarms; rest != 0; rest &= rest - 1) {
            features.add(FEATURES[Long.numberOfTrailingZeros(rest)]);
        }
        return features;
    }

    /** What the open findings of a state say now. */
    List<Finding> standing(LinkState state) {
        LinkState copy = state.copy();
        long now = copy.tracks.latestMs();
        List<Finding> findings = new ArrayList<>();
        if (copy.open != null && copy.open.isTold()) {
            findings.add(say(copy, copy.open, weigh(copy, copy.open, now), null));
        }
        if (copy.offNominal != null) {
            findings.add(tell(copy, copy.offNominal, now, null));
        }
        return findings;
    }

    /** Whether one of the rules that spoke is a finding of its own. Works that were announced lose signals and power. */
    private static boolean raises(List<RuleVoice> voices, LinkState state) {
        return voices.stream()
                .anyMatch(voice -> voice.raises() && !(isTechnical(voice) && state.circumstances.isMaintained()));
    }

    private static boolean isTechnical(RuleVoice voice) {
        return voice.subtype() != null && voice.subtype().anomalyClass() == AnomalyClass.PHYSICAL_DEGRADATION;
    }

    private List<Finding> open(LinkState state, TelemetryEvent event, Set<Feature> alarms, boolean raised) {
        if (alarms.isEmpty() && !raised) {
            return List.of();
        }
        long now = event.time().toEpochMilli();
        if (!raised && Works.explain(state, alarms, now)) {
            return List.of();
        }
        // What rules said shortly before belongs to the story, also where it was no finding by itself.
        List<RuleVoice> voices = state.rules.spokenBefore(now);
        long onset = voices.stream()
                .filter(voice -> raised && voice.raises())
                .mapToLong(RuleVoice::sinceMs)
                .min()
                .orElse(now);
        return open(state, event, alarms, voices, onset);
    }

    private List<Finding> open(
            LinkState state, TelemetryEvent event, Set<Feature> alarms, List<RuleVoice> voices, long sinceMs) {
        long now = event.time().toEpochMilli();
        long onset = sinceMs;
        Picture picture = Picture.of(state.tracks, alarms, onset);
        if (picture.lead() != null) {
            onset = Math.min(onset, picture.onsetMs());
        }
        Anomaly anomaly = new Anomaly(idOf(state.subject, event), onset, now, event.node());
        state.open = anomaly;
        anomaly.calibratedBeforeMs = state.circumstances.calibratedMs();
        anomaly.alarms.addAll(alarms);
        anomaly.name(event.id().value());
        voices.forEach(voice -> anomaly.hear(voice, now));
        anomaly.picture = picture;
        return tellIfNew(state, anomaly, weigh(state, anomaly, now), now);
    }

    private List<Finding> tellIfNew(LinkState state, Anomaly anomaly, Verdict verdict, long now) {
        if (!isNews(anomaly, verdict)) {
            return List.of();
        }
        if (!anomaly.isTold()) {
            anomaly.detectedMs = now;
        }
        return List.of(say(state, anomaly, verdict, null));
    }

    /**
     * A calibration is judged once, by the first reports after it: what was off before it and is back then was cured by it, what is
     * off by much the same resisted it. What lies between is given some more reports, as links wander; what goes away later goes
     * away by itself.
     */
    private static void judgeCalibration(LinkState state, Anomaly anomaly, boolean back) {
        long calibrated = state.circumstances.calibratedMs();
        if (calibrated <= anomaly.detectedMs || calibrated == anomaly.judgedCalibrationMs) {
            return;
        }
        if (anomaly.quietReports > 0 && anomaly.quietSinceMs < calibrated) {
            anomaly.judgedCalibrationMs = calibrated;
            return;
        }
        int reports = reportsSinceCalibration(state, anomaly);
        boolean resisted = !back && reports >= BACK_REPORTS && hasStayed(state, anomaly);
        if (back || resisted || reports >= JUDGED_REPORTS) {
            anomaly.judgedCalibrationMs = calibrated;
            anomaly.cured = back;
            Calibration.Routine routine = state.circumstances.routine();
            if (resisted && routine != null) {
                anomaly.withstood.add(routine);
            }
        }
    }

    /** Whether most of what was off still is, in all that tells. */
    private static boolean hasStayed(LinkState state, Anomaly anomaly) {
        for (Feature feature : anomaly.judgedBy()) {
            double level = state.tracks.course(feature).latest(BACK_REPORTS, anomaly.onsetMs);
            if (level / anomaly.picture.level(feature) < STAYED_SHARE) {
                return false;
            }
        }
        return true;
    }

    private List<Finding> revise(
            LinkState state, TelemetryEvent event, Set<Feature> alarms, List<RuleVoice> voices, boolean measured) {
        Anomaly anomaly = Objects.requireNonNull(state.open);
        long now = event.time().toEpochMilli();
        boolean told = !measured || !voices.isEmpty();
        if (anomaly.alarms.addAll(alarms)) {
            anomaly.name(event.id().value());
            told = true;
        }
        if (voices.stream().anyMatch(voice -> isApart(voice, anomaly))) {
            return succeed(state, event, anomaly, voices);
        }
        voices.forEach(voice -> anomaly.hear(voice, now));
        if (measured && anomaly.judgedBy().stream().anyMatch(feature -> state.tracks.isReportedAt(feature, now))) {
            boolean back = isBack(state, anomaly);
            judgeCalibration(state, anomaly, back);
            if (back && anomaly.quietReports == 0) {
                anomaly.quietSinceMs = anomaly.cured ? state.circumstances.calibratedMs() : now;
            }
            if (!back && anomaly.quietReports >= QUIET_REPORTS && isThereAgain(state, anomaly)) {
                anomaly.returns++;
            }
            anomaly.quietReports = back ? anomaly.quietReports + 1 : 0;
            // Looked at closely at first, and now and then while it lasts.
            anomaly.looks++;
            boolean due = anomaly.looks <= CLOSE_LOOKS || anomaly.looks % EVERY == 0;
            told |= due;
            if (!back && due) {
                Picture seen = Picture.of(state.tracks, anomaly.alarms, anomaly.onsetMs);
                if (isAnother(state, anomaly, seen)) {
                    return succeed(state, event, anomaly, seen);
                }
                look(state, anomaly, seen);
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
        if (!told && !over) {
            // All that is new since it was last weighed is the time.
            return List.of();
        }
        Verdict verdict = weigh(state, anomaly, now);
        if (over) {
            long ended = anomaly.alarms.isEmpty() ? anomaly.lastVoiceMs : anomaly.quietSinceMs;
            return close(state, anomaly, verdict, ended);
        }
        boolean technical = verdict.anomalyClass() == AnomalyClass.PHYSICAL_DEGRADATION
                || verdict.anomalyClass() == AnomalyClass.CALIBRATION_DRIFT;
        if (technical && now - anomaly.detectedMs > SETTLED_MS && isSettled(state, anomaly, now)) {
            state.tracks.relearnWith(anomaly.alarms);
            return close(state, anomaly, verdict, now);
        }
        return tellIfNew(state, anomaly, verdict, now);
    }

    /**
     * Whether what is seen now is no more of the same: a step, after the anomaly was found, beside which that is small, or what
     * moves now and did not for long. It is a finding of its own, so that its onset and the keys made since are not those of a trifle
     * before it.
     */
    private static boolean isAnother(LinkState state, Anomaly anomaly, Picture now) {
        if (anomaly.picture.lead() == null
                || now.lead() == null
                || now.onsetMs() <= anomaly.detectedMs
                || now.reports() < BACK_REPORTS
                || now.roughness() >= STEADY
                || comesAndGoes(anomaly)) {
            return false;
        }
        boolean onDrift = now.lead().isOfErrors() && isDriftOfErrors(anomaly.picture.lead());
        boolean outgrown = now.stepOverRamp() >= CLEAR_STEP
                && anomaly.picture.roughness() < STEADY
                && now.peak() >= OUTGROWN * anomaly.picture.peak();
        return (outgrown && !onDrift) || isNew(state, anomaly, now, now.lead());
    }

    /** Whether what leads now was quiet for long while the anomaly was there, and has moved clearly of late. */
    private static boolean isNew(LinkState state, Anomaly anomaly, Picture now, Feature lead) {
        Shift shift = now.seen().get(lead);
        long lay = now.onsetMs() - anomaly.detectedMs;
        long lasts = state.tracks.latestMs() - now.onsetMs();
        if (shift == null || Math.abs(shift.z()) < CLEARLY_NEW || lay < Math.max(BACK_MS, LAY_LONGER * lasts)) {
            return false;
        }
        double before = state.tracks.course(lead).mean(anomaly.detectedMs, now.onsetMs());
        return Math.abs(before) < Math.abs(shift.by()) / WAS_QUIET;
    }

    /** Whether a rule tells of an attack that no measurement shows, and that began when the anomaly was known since long. */
    private static boolean isApart(RuleVoice voice, Anomaly anomaly) {
        return isOfEventsAlone(voice)
                && voice.sinceMs() > anomaly.detectedMs + BACK_MS
                && anomaly.voices.stream().noneMatch(LinkDiagnosis::isOfEventsAlone);
    }

    /** Ends an anomaly where somebody is at the equipment's doors: of that a finding of its own tells. */
    private List<Finding> succeed(LinkState state, TelemetryEvent event, Anomaly earlier, List<RuleVoice> voices) {
        long sinceMs = voices.stream()
                .filter(LinkDiagnosis::isOfEventsAlone)
                .mapToLong(RuleVoice::sinceMs)
                .min()
                .orElseThrow();
        return succeed(state, event, earlier, NO_ALARMS, voices, sinceMs);
    }

    /** Ends an anomaly where another one began. */
    private List<Finding> succeed(
            LinkState state,
            TelemetryEvent event,
            Anomaly earlier,
            Set<Feature> alarms,
            List<RuleVoice> voices,
            long sinceMs) {
        Verdict last = weigh(state, earlier, event.time().toEpochMilli());
        List<Finding> told = new ArrayList<>(close(state, earlier, last, sinceMs));
        told.addAll(open(state, event, alarms, voices, sinceMs));
        return told;
    }

    /** Whether it drifts with the errors: a step on top of that is found as a leap, and told from the drift by it. */
    private static boolean isDriftOfErrors(Feature lead) {
        return lead.isOfErrors() || lead == Feature.POLARIZATION;
    }

    /** Ends an anomaly where the measurements show another one. */
    private List<Finding> succeed(LinkState state, TelemetryEvent event, Anomaly earlier, Picture now) {
        Set<Feature> clear = EnumSet.noneOf(Feature.class);
        for (Feature feature : earlier.alarms) {
            Shift shift = now.seen().get(feature);
            if (shift != null && Math.abs(shift.z()) >= CLEAR_SHIFT) {
                clear.add(feature);
            }
        }
        List<RuleVoice> voices = earlier.voices.stream()
                .filter(voice -> voice.sinceMs() >= now.onsetMs())
                .toList();
        return succeed(state, event, earlier, clear, voices, now.onsetMs());
    }

    /** Looks at an anomaly again while it lasts; its beginning is seen better when more of it is known. */
    private static void look(LinkState state, Anomaly anomaly, Picture now) {
        anomaly.picture = now.after(anomaly.picture, comesAndGoes(anomaly));
        if (anomaly.picture.roughness() < STEADY) {
            lookForLeap(state, anomaly);
        }
        boolean young = now.reports() <= Picture.SHAPE_SETTLED_REPORTS;
        if (young && now.lead() != null && anomaly.voices.isEmpty() && anomaly.picture.onsetMs() == now.onsetMs()) {
            anomaly.onsetMs = Math.min(now.onsetMs(), anomaly.detectedMs);
        }
    }

    private static boolean comesAndGoes(Anomaly anomaly) {
        return anomaly.returns >= FEWEST_RETURNS;
    }

    /** Whether what leads is off again, and clearly: not something else that wanders beside it. */
    private static boolean isThereAgain(LinkState state, Anomaly anomaly) {
        Feature lead = anomaly.picture.lead();
        if (lead == null) {
            return false;
        }
        double latest = Math.abs(state.tracks.course(lead).latest(1, anomaly.onsetMs));
        return latest >= Math.max(CLEAR_BURST * state.tracks.scale(lead), BACK_SHARE * moved(anomaly, lead));
    }

    /** Whoever strikes a link that drifts already adds a step to the drift. */
    private static void lookForLeap(LinkState state, Anomaly anomaly) {
        for (Feature errors : ERRORS) {
            Leap leap = state.tracks.isArmed(errors) ? Leap.upwards(state.tracks, errors, anomaly.onsetMs) : null;
            if (leap != null) {
                Picture picture = Picture.of(state.tracks, errors, leap);
                // While the windows go over a step, part of it comes to lie on its wrong side.
                if (anomaly.leap == null || picture.level(errors) >= anomaly.leap.level(errors)) {
                    anomaly.leap = picture;
                }
            }
        }
    }

    private List<Finding> close(LinkState state, Anomaly anomaly, Verdict verdict, long endedMs) {
        List<Finding> last = anomaly.isTold()
                ? List.of(say(state, anomaly, verdict, Instant.ofEpochMilli(Math.max(endedMs, anomaly.detectedMs))))
                : List.of();
        state.open = null;
        state.rules.forgetSpoken();
        state.tracks.resetTests();
        return last;
    }

    private Verdict weigh(LinkState state, Anomaly anomaly, long now) {
        Verdict measured = weighing.weigh(whole(state, anomaly, now));
        Verdict verdict = withEvents(state, anomaly, measured, now);
        Picture leap = anomaly.leap;
        boolean maybeOnTop = verdict.anomalyClass() == AnomalyClass.CALIBRATION_DRIFT
                || verdict.anomalyClass() == AnomalyClass.UNDETERMINED;
        if (leap == null || leap.lead() == null || !maybeOnTop || comesAndGoes(anomaly)) {
            // An attack needs no second reason; of what is left in the dark of a cut fibre, errors say nothing; what
            // comes
            // and goes leaps each time.
            return verdict;
        }
        // Two things at once: of a drift and an attack on top of it, the finding says the graver.
        Verdict onTop = weighing.weigh(onTop(state, anomaly, leap, EnumSet.of(leap.lead()), now));
        return onTop.anomalyClass() == AnomalyClass.ATTACK ? onTop : verdict;
    }

    /**
     * Two things at once, as of a leap: what rules tell of somebody at the equipment's doors is not undone by what drifts meanwhile.
     */
    private Verdict withEvents(LinkState state, Anomaly anomaly, Verdict verdict, long now) {
        if (verdict.anomalyClass() == AnomalyClass.ATTACK
                || anomaly.alarms.isEmpty()
                || anomaly.voices.stream().noneMatch(LinkDiagnosis::isOfEventsAlone)) {
            return verdict;
        }
        Verdict told = weighing.weigh(of(state, anomaly, Picture.nothing(), false, NO_ALARMS, anomaly.onsetMs, now));
        return told.anomalyClass() == AnomalyClass.ATTACK ? told : verdict;
    }

    /** Whether a rule names an attack that no measurement shows. */
    private static boolean isOfEventsAlone(RuleVoice voice) {
        return voice.raises()
                && voice.subtype() != null
                && voice.subtype().anomalyClass() == AnomalyClass.ATTACK
                && Weighing.isToldByEventsAlone(voice.subtype());
    }

    private Case whole(LinkState state, Anomaly anomaly, long now) {
        return of(state, anomaly, anomaly.picture, false, anomaly.alarms, anomaly.onsetMs, now);
    }

    private Case onTop(LinkState state, Anomaly anomaly, Picture leap, Set<Feature> alarms, long now) {
        return of(state, anomaly, leap, true, alarms, leap.onsetMs(), now);
    }

    private Case of(
            LinkState state,
            Anomaly anomaly,
            Picture picture,
            boolean onTop,
            Set<Feature> alarms,
            long onsetMs,
            long now) {
        return new Case(
                picture,
                onTop,
                comesAndGoes(anomaly),
                anomaly.offNominal,
                state.circumstances,
                anomaly.voices,
                alarms,
                onsetMs,
                now,
                anomaly.cured,
                anomaly.withstood,
                anomaly.calibratedBeforeMs,
                routes.neighbours(state.subject),
                anomaly.events);
    }

    private static boolean isBack(LinkState state, Anomaly anomaly) {
        Set<Feature> judged = anomaly.judgedBy();
        boolean small =
                judged.stream().allMatch(feature -> moved(anomaly, feature) < SMALL * state.tracks.scale(feature));
        for (Feature feature : judged) {
            double moved = moved(anomaly, feature);
            int reports = small ? reportsToTell(state.tracks, feature, moved) : BACK_REPORTS;
            double scale = state.tracks.scale(feature);
            double allowed = small
                    ? Math.max(moved / 2, state.tracks.scaleOfMean(feature, reports))
                    : Math.clamp(BACK_SHARE * moved / scale, BACK, BACK_AT_MOST) * scale;
            double level = state.tracks.course(feature).latest(reports, anomaly.onsetMs);
            if (Math.abs(level) > allowed) {
                return false;
            }
        }
        return true;
    }

    /** What was found by its lasting: a few reports do not tell whether it still lasts, and so many do. */
    private static int reportsToTell(Tracks tracks, Feature feature, double moved) {
        int reports = BACK_REPORTS;
        while (reports < MOST_BACK_REPORTS && tracks.scaleOfMean(feature, reports) > moved / 4) {
            reports *= 2;
        }
        return reports;
    }

    private static double moved(Anomaly anomaly, Feature feature) {
        return Math.abs(anomaly.picture.level(feature));
    }

    /**
     * Whether what alarmed has come to rest: in the latest quarter of its time it moved by no more than a tenth. What still
     * grows is not how the link is now, and to learn it would be to let it creep on.
     */
    private static boolean isSettled(LinkState state, Anomaly anomaly, long now) {
        long quarter = (now - anomaly.onsetMs) / 4;
        for (Feature feature : anomaly.alarms) {
            Trace.Course course = state.tracks.course(feature);
            double latest = course.mean(now - quarter, now);
            double moved = latest - course.mean(now - 2 * quarter, now - quarter);
            if (Math.abs(moved) > STILL * Math.abs(latest)
                    && Math.abs(moved)
                            > MOVES * state.tracks.scaleOfMean(feature, course.reportsSince(now - quarter))) {
                return false;
            }
        }
        return true;
    }

    private static int reportsSinceCalibration(LinkState state, Anomaly anomaly) {
        return anomaly.judgedBy().stream()
                .mapToInt(feature -> state.tracks.course(feature).reportsSince(state.circumstances.calibratedMs()))
                .max()
                .orElse(0);
    }

    private static boolean isNews(Anomaly anomaly, Verdict verdict) {
        if (!anomaly.isTold()) {
            return verdict.wandering() < NO_MATTER;
        }
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
        // As it will be read back.
        verdict.probabilities().forEach((named, p) -> anomaly.saidProbabilities.put(named, (double) p.floatValue()));
        boolean aboutNode = state.subject.equals(anomaly.node);
        Exposure exposure = state.keys.between(anomaly.onsetMs, anomaly.detectedMs);
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
                Explanation.of(state, anomaly, verdict, exposure, ended),
                exposure,
                Runbook.steps(verdict, anomaly),
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
            return Anomaly.id(digest.digest());
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
