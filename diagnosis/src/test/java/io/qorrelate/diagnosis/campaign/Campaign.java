package io.qorrelate.diagnosis.campaign;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.NetworkDiagnosis;
import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Many links, each with an incident or with none, and what the diagnosis made of them. */
final class Campaign {
    /** Seeds from here on are never looked at while the diagnosis is worked on: figures that are told come from them. */
    static final long HELD_OUT = 10_000_000;

    private static final Duration QUIET = Duration.ofDays(7);

    private final LinkDiagnosis diagnosis;
    private final Map<Incident, List<Outcome>> outcomes = new EnumMap<>(Incident.class);
    final List<Finding> falseFindings = new ArrayList<>();
    double quietMonths;

    /** What became of one incident: null class where it was not found. */
    record Outcome(long seed, RandomLink link, Incident incident, List<Finding> findings, Instant onset) {
        /** The finding that a reader would take for the incident: the first that was called after it began. */
        Finding said() {
            return findings.stream()
                    .filter(finding -> !finding.detected().isBefore(onset))
                    .findFirst()
                    .orElse(null);
        }

        boolean isRight() {
            Finding said = said();
            return said != null && said.anomalyClass() == incident.subtype.anomalyClass();
        }
    }

    Campaign(RulePack rules) {
        diagnosis = new LinkDiagnosis(rules, DiagnosisSettings.defaults());
    }

    static RulePack rulesOfTheHouse() {
        Path folder = Path.of("..", "rules");
        try (Stream<Path> paths = Files.walk(folder)) {
            Map<String, String> files = new TreeMap<>();
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                String name = path.toString();
                if (name.endsWith(".yml") && !name.endsWith(".test.yml")) {
                    files.put(name, Files.readString(path));
                }
            }
            return RulePack.parse(files);
        } catch (IOException e) {
            throw new IllegalStateException("the rules lie at " + folder.toAbsolutePath(), e);
        }
    }

    /** One link, one incident after some hours of quiet. */
    Outcome befall(long seed, Incident incident) {
        RandomLink link = new RandomLink(seed);
        while (!incident.showsOn(link.profile)) {
            seed += 7_919;
            link = new RandomLink(seed);
        }
        link.run(Duration.ofSeconds(Math.max(7200, 120L * link.intervalS)));
        Instant onset = link.now;
        incident.befall(link);
        Outcome outcome = new Outcome(seed, link, incident, findings(link.events()), onset);
        outcomes.computeIfAbsent(incident, key -> new ArrayList<>()).add(outcome);
        return outcome;
    }

    /** One link for a week in which nothing happens but calibrations, works that were announced, and noise. */
    List<Finding> quiet(long seed) {
        RandomLink link = new RandomLink(seed);
        Instant end = link.now.plus(QUIET);
        boolean worked = false;
        while (link.now.isBefore(end)) {
            link.run(Duration.ofMinutes((long) link.between(240, 720)));
            link.calibrate(Calibration.Routine.POLARIZATION, Calibration.Initiator.SCHEDULED);
            if (!worked && link.random.nextInt(8) == 0) {
                worked = true;
                link.transport(Transport.Event.MAINTENANCE_STARTED);
                link.extraLossDb = link.between(-0.5, 1);
                link.intercepted = 0.2;
                link.run(Duration.ofMinutes(40));
                link.intercepted = 0;
                link.transport(Transport.Event.MAINTENANCE_ENDED);
            }
        }
        List<Finding> findings = findings(link.events());
        falseFindings.addAll(findings);
        quietMonths += QUIET.toDays() / 30.4;
        return findings;
    }

    private List<Finding> findings(List<TelemetryEvent> events) {
        NetworkDiagnosis network = new NetworkDiagnosis(diagnosis, Topology.empty(), Duration.ofMinutes(2));
        Map<String, Finding> last = new LinkedHashMap<>();
        for (TelemetryEvent event : events) {
            network.accept(event).forEach(finding -> last.put(finding.id(), finding));
        }
        network.finish().forEach(finding -> last.put(finding.id(), finding));
        return new ArrayList<>(last.values());
    }

    double rightShare() {
        long all = outcomes.values().stream().mapToLong(List::size).sum();
        long right = outcomes.values().stream()
                .flatMap(List::stream)
                .filter(Outcome::isRight)
                .count();
        return (double) right / all;
    }

    long falseAttacks() {
        return falseFindings.stream()
                .filter(finding -> finding.anomalyClass() == AnomalyClass.ATTACK)
                .count();
    }

    /** A table for people. */
    String report() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%-20s %5s %6s %7s %6s %6s %6s %6s %6s %9s %9s%n",
                "incident",
                "n",
                "class",
                "subtype",
                "missed",
                "ATT",
                "DRIFT",
                "PHYS",
                "UNDET",
                "median",
                "p95"));
        outcomes.forEach((incident, all) -> {
            List<Finding> said = all.stream()
                    .map(Outcome::said)
                    .filter(finding -> finding != null)
                    .toList();
            List<Double> reports = all.stream()
                    .filter(outcome -> outcome.said() != null)
                    .map(outcome ->
                            Duration.between(outcome.onset(), outcome.said().detected())
                                            .toMillis()
                                    / 1000.0
                                    / outcome.link().intervalS)
                    .sorted()
                    .toList();
            text.append(String.format(
                    Locale.ROOT,
                    "%-20s %5d %6d %7d %6d %6d %6d %6d %6d %9.1f %9.1f%n",
                    incident.name().toLowerCase(Locale.ROOT),
                    all.size(),
                    all.stream().filter(Outcome::isRight).count(),
                    said.stream()
                            .filter(finding -> finding.subtype() == incident.subtype)
                            .count(),
                    all.size() - said.size(),
                    count(said, AnomalyClass.ATTACK),
                    count(said, AnomalyClass.CALIBRATION_DRIFT),
                    count(said, AnomalyClass.PHYSICAL_DEGRADATION),
                    count(said, AnomalyClass.UNDETERMINED),
                    quantile(reports, 0.5),
                    quantile(reports, 0.95)));
        });
        Map<RandomLink.Profile, long[]> byProfile = new EnumMap<>(RandomLink.Profile.class);
        outcomes.values().stream().flatMap(List::stream).forEach(outcome -> {
            long[] counts = byProfile.computeIfAbsent(outcome.link().profile, key -> new long[2]);
            counts[0] += outcome.isRight() ? 1 : 0;
            counts[1]++;
        });
        text.append("Delays in reports of the link. Right class: ")
                .append(String.format(Locale.ROOT, "%.3f", rightShare()));
        byProfile.forEach((profile, counts) -> text.append(String.format(
                Locale.ROOT, ", %s %d/%d", profile.name().toLowerCase(Locale.ROOT), counts[0], counts[1])));
        text.append(String.format(
                Locale.ROOT,
                "%nQuiet: %d findings, %d of them attacks, in %.1f link-months%n",
                falseFindings.size(),
                falseAttacks(),
                quietMonths));
        return text.toString();
    }

    private static long count(List<Finding> findings, AnomalyClass anomalyClass) {
        return findings.stream()
                .filter(finding -> finding.anomalyClass() == anomalyClass)
                .count();
    }

    private static double quantile(List<Double> sorted, double share) {
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
    }

    /**
     * {@code Campaign <first seed> <incidents of each kind> <quiet link-weeks> [verbose]}.
     */
    @SuppressWarnings("SystemOut") // a table for people
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        int each = Integer.parseInt(arguments[1]);
        int weeks = Integer.parseInt(arguments[2]);
        boolean verbose = arguments.length > 3;
        Campaign campaign = new Campaign(rulesOfTheHouse());
        for (Incident incident : Incident.values()) {
            for (int i = 0; i < each; i++) {
                Outcome outcome = campaign.befall(first + i + 1000L * incident.ordinal(), incident);
                if (verbose && !outcome.isRight()) {
                    Finding said = outcome.said();
                    System.out.printf(
                            "%s seed %d every %d s %s: %s%n",
                            incident,
                            outcome.seed(),
                            outcome.link().intervalS,
                            outcome.link().profile,
                            said == null ? "missed" : said.probabilities() + " " + said.explanation());
                }
            }
        }
        for (int i = 0; i < weeks; i++) {
            List<Finding> findings = campaign.quiet(first + 500_000 + i);
            if (verbose) {
                for (Finding finding : findings) {
                    RandomLink link = new RandomLink(first + 500_000 + i);
                    System.out.printf(
                            "quiet seed %d every %d s %s: %s%n",
                            first + 500_000 + i, link.intervalS, link.profile, finding.explanation());
                }
            }
        }
        System.out.print(campaign.report());
    }
}
