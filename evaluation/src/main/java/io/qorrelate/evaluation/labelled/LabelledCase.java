package io.qorrelate.evaluation.labelled;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.ReportTimes;
import io.qorrelate.evaluation.scenario.Truth;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A case from files: anybody's telemetry with labels beside it. */
public final class LabelledCase implements Case {
    private final Labels labels;
    private final Topology topology;
    private final List<Path> telemetry;
    private final List<String> links;
    private final Instant start;
    private final Instant end;
    private final List<Truth> truths;
    private final long rejected;

    private LabelledCase(Labels labels, Topology topology, List<Path> telemetry, Survey survey) {
        this.labels = labels;
        this.topology = topology;
        this.telemetry = telemetry;
        this.links = labels.links().isEmpty() ? List.copyOf(survey.links.keySet()) : labels.links();
        this.start = Objects.requireNonNullElse(labels.start(), survey.first);
        this.end = Objects.requireNonNullElse(labels.end(), survey.last);
        this.rejected = survey.rejected;
        this.truths = labels.incidents().stream()
                .map(incident -> new Truth(
                        incident.anomalyClass(),
                        incident.subtype(),
                        incident.link(),
                        incident.nodes(),
                        incident.affected(),
                        incident.prelude(),
                        incident.accompanied(),
                        incident.onset(),
                        Objects.requireNonNullElse(incident.end(), end),
                        incident.magnitude(),
                        incident.relative(),
                        incident.intervalS().orElse(survey.intervalS(incident.link()))))
                .toList();
    }

    /**
     * Reads a folder's labels and topology, and surveys its telemetry.
     *
     * @throws IOException where a file cannot be read, or no line of it is an event
     * @throws io.qorrelate.model.yaml.InvalidYaml where labels or topology do not say what they should
     */
    public static LabelledCase open(Path folder) throws IOException {
        Path file = folder.resolve(CaseFolder.LABELS);
        Labels labels = Labels.parse(
                Files.readString(file), file.toString(), folder.getFileName().toString());
        Path drawn = folder.resolve(CaseFolder.TOPOLOGY);
        Topology topology =
                Files.exists(drawn) ? Topology.parse(Files.readString(drawn), drawn.toString()) : Topology.empty();
        List<Path> telemetry;
        try (Stream<Path> files = Files.list(folder)) {
            telemetry = files.filter(each -> each.toString().endsWith(".ndjson"))
                    .sorted()
                    .toList();
        }
        Survey survey = new Survey();
        survey.rejected = read(telemetry, survey);
        if (survey.first.equals(Instant.MAX)) {
            throw new IOException("there is no telemetry in " + folder + ": no event in its files *.ndjson");
        }
        return new LabelledCase(labels, topology, telemetry, survey);
    }

    /** What telemetry tells of itself at a first reading. */
    private static final class Survey implements Consumer<TelemetryEvent> {
        private final Map<String, Long> links = new TreeMap<>();
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        private long rejected;

        @Override
        public void accept(TelemetryEvent event) {
            first = event.time().isBefore(first) ? event.time() : first;
            last = event.time().isAfter(last) ? event.time() : last;
            String link = event.link();
            if (link != null) {
                links.merge(link, event instanceof LinkQuality ? 1L : 0L, Long::sum);
            }
        }

        double intervalS(String link) {
            long reports = links.getOrDefault(link, 0L);
            return reports == 0 ? 0 : Duration.between(first, last).toMillis() / 1000.0 / reports;
        }
    }

    /** Feeds all events of some files to somebody; how many lines were none. */
    private static long read(List<Path> files, Consumer<TelemetryEvent> audience) throws IOException {
        long rejected = 0;
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        try {
                            audience.accept(TelemetryJson.read(line));
                        } catch (InvalidEvent e) {
                            // As live: what is no event never reaches the diagnosis.
                            rejected++;
                        }
                    }
                }
            }
        }
        return rejected;
    }

    @Override
    public String kind() {
        return labels.kind();
    }

    @Override
    public String name() {
        return labels.name();
    }

    @Override
    public Group group() {
        return Objects.requireNonNullElse(labels.group(), truths.isEmpty() ? Group.QUIET : Group.PLAIN);
    }

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public List<String> linkIds() {
        return links;
    }

    @Override
    public Instant start() {
        return start;
    }

    @Override
    public Instant end() {
        return end;
    }

    @Override
    public List<Truth> truths() {
        return truths;
    }

    @Override
    public String description() {
        return labels.description() + (rejected == 0 ? "" : ", " + rejected + " lines rejected");
    }

    @Override
    public Played play(Consumer<TelemetryEvent> audience) throws IOException {
        List<List<Double>> since = new ArrayList<>();
        Map<String, List<Integer>> byLink = new HashMap<>();
        for (int i = 0; i < truths.size(); i++) {
            since.add(new ArrayList<>());
            byLink.computeIfAbsent(truths.get(i).link(), key -> new ArrayList<>())
                    .add(i);
        }
        long[] reportsAndEvents = {0, 0};
        read(telemetry, event -> {
            reportsAndEvents[1]++;
            if (event instanceof LinkQuality) {
                reportsAndEvents[0]++;
                for (int i : byLink.getOrDefault(event.key(), List.of())) {
                    double seconds = Duration.between(truths.get(i).onset(), event.time())
                                    .toMillis()
                            / 1000.0;
                    if (seconds >= 0) {
                        since.get(i).add(seconds);
                    }
                }
            }
            audience.accept(event);
        });
        List<PlayedIncident> incidents = new ArrayList<>();
        for (int i = 0; i < truths.size(); i++) {
            ReportTimes reports = new ReportTimes();
            // Files may be out of order, times of reports must not.
            since.get(i).stream().sorted().forEach(reports::add);
            Labels.Incident labelled = labels.incidents().get(i);
            incidents.add(new PlayedIncident(labelled.boundS(), labelled.boundReports(), reports));
        }
        return new Played(incidents, reportsAndEvents[0], reportsAndEvents[1]);
    }
}
