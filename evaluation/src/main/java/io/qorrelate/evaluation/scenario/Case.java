package io.qorrelate.evaluation.scenario;

import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Telemetry of which is known what happens in it, wherever it comes from. */
public interface Case {
    /** What it is a case of: cases of one kind are counted together. */
    String kind();

    /** Tells it from others of its kind, and is what it is asked for again by. */
    String name();

    /** How it is counted. */
    Group group();

    /** What the operator's file says of the network. */
    Topology topology();

    /** Ids of all its links. */
    List<String> linkIds();

    /** When it begins. */
    Instant start();

    /** When it ends. */
    Instant end();

    /** What really happens; nothing in quiet telemetry. */
    List<Truth> truths();

    /** What the link that is looked at is like, for people: its protocol, its profile. */
    String description();

    /**
     * Plays it, once.
     *
     * @param audience gets the telemetry in the order in which it arrives
     * @throws IOException where it is kept in a file that cannot be read
     */
    Played play(Consumer<TelemetryEvent> audience) throws IOException;

    /** How a case is counted. */
    enum Group {
        /** Incidents as the signatures describe them, where they can be told. */
        PLAIN,
        /** Adversaries that take pains not to be found. */
        HARD,
        /** Incidents on links that report nothing by which they can be told from those of other classes. */
        POOR,
        /** Nominal life. */
        QUIET
    }

    /**
     * What turned out when it was played.
     *
     * @param incidents for each truth, in their order
     * @param reports link-quality reports of all links
     * @param events all events
     */
    record Played(List<PlayedIncident> incidents, long reports, long events) {
        public Played {
            incidents = List.copyOf(incidents);
        }
    }

    /**
     * How an incident showed in the reports.
     *
     * @param boundS from the onset to the report by which an ideal detector could have told, s; empty where that is not known
     * @param boundReports the same in reports
     * @param reports when the link reported since the onset
     */
    record PlayedIncident(OptionalDouble boundS, OptionalInt boundReports, ReportTimes reports) {}
}
