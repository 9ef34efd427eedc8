package io.qorrelate.evaluation.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.evaluation.scenario.Case.Group;
import io.qorrelate.evaluation.score.Calibration;
import io.qorrelate.evaluation.score.CaseScore;
import io.qorrelate.evaluation.score.Confusion;
import io.qorrelate.evaluation.score.Outcome;
import io.qorrelate.evaluation.score.Quantiles;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Summary;
import io.qorrelate.evaluation.score.Third;
import io.qorrelate.evaluation.score.Verdict;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Times;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Scores for machines: all figures, and each incident by itself. What is infinite or not defined is null. */
public final class JsonReport {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonReport() {}

    /** All scores of a run. */
    public static byte[] of(RunDescription run, List<Score> scores) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("source", run.source());
        root.put("first_number", run.firstNumber());
        root.put("scenarios", run.scenarios());
        root.put("reports", run.reports());
        root.put("events", run.events());
        ArrayNode contestants = root.putArray("contestants");
        scores.forEach(score -> score(score, contestants.addObject()));
        try {
            return (MAPPER.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    private static void score(Score score, ObjectNode json) {
        json.put("name", score.contestant());
        ObjectNode groups = json.putObject("groups");
        group(score, score.of(Group.PLAIN), groups.putObject("plain"));
        group(score, score.of(Group.HARD), groups.putObject("hard"));
        group(score, score.of(Group.PLAIN, Group.HARD), groups.putObject("plain_and_hard"));
        group(score, score.of(Group.POOR), groups.putObject("poor"));
        quiet(score, json.putObject("quiet"));
        ObjectNode beside = json.putObject("beside_incidents");
        put(beside, "link_months", score.monthsBesideIncidents());
        falseFindings(score.falseBesideIncidents(), beside);
        ArrayNode kinds = json.putArray("kinds");
        score.byKind().forEach((kind, summary) -> {
            ObjectNode entry = kinds.addObject();
            entry.put("kind", kind);
            entry.put("group", name(summary.outcomes().getFirst().group()));
            summary(summary, entry);
            thirds(summary, entry);
            ObjectNode said = entry.putObject("said");
            summary.subtypesSaid().forEach(said::put);
        });
        ArrayNode incidents = json.putArray("incidents");
        for (CaseScore each : score.cases()) {
            each.outcomes().forEach(outcome -> incident(outcome, incidents.addObject()));
        }
    }

    private static void group(Score score, Summary summary, ObjectNode json) {
        summary(summary, json);
        Confusion confusion = summary.confusion();
        put(json, "macro_f1", confusion.macroF1());
        put(json, "accuracy", confusion.accuracy());
        ObjectNode classes = json.putObject("classes");
        for (AnomalyClass truth : Confusion.CLASSES) {
            ObjectNode row = classes.putObject(truth.name());
            put(row, "f1", confusion.total(truth) == 0 ? Double.NaN : confusion.f1(truth));
            put(row, "precision", confusion.precision(truth).orElse(Double.NaN));
            put(row, "recall", confusion.recall(truth).orElse(Double.NaN));
            ObjectNode said = row.putObject("said");
            for (AnomalyClass each : AnomalyClass.values()) {
                said.put(each.name(), confusion.count(truth, each));
            }
            said.put(Summary.MISSED, confusion.missed(truth));
        }
        thirds(summary, json);
        if (score.statesProbabilities()) {
            ObjectNode calibration = json.putObject("calibration");
            calibration(summary.calibrationOfNamed(), calibration.putObject("class_named"));
            calibration(summary.calibrationOfAll(), calibration.putObject("all_classes"));
        }
    }

    private static void thirds(Summary summary, ObjectNode json) {
        ObjectNode thirds = json.putObject("by_magnitude");
        for (Third third : Third.values()) {
            summary(summary.of(third), thirds.putObject(third.wireName()));
        }
    }

    private static void summary(Summary summary, ObjectNode json) {
        json.put("incidents", summary.count());
        json.put("class_right", summary.right());
        json.put("subtype_right", summary.subtypeRight());
        json.put("undetermined", summary.said(AnomalyClass.UNDETERMINED));
        json.put(Summary.MISSED, summary.missed());
        json.put("further_findings", summary.further());
        quantiles(summary.delaysS(), json.putObject("delay_s"));
        quantiles(summary.delaysInReports(), json.putObject("delay_reports"));
        quantiles(summary.delaysOverBound(), json.putObject("delay_over_bound"));
        quantiles(summary.onsetErrorsS(), json.putObject("onset_error_s"));
        quantiles(summary.onsetErrorsInReports(), json.putObject("onset_error_reports"));
    }

    private static void quantiles(Quantiles quantiles, ObjectNode json) {
        json.put("count", quantiles.count());
        put(json, "median", quantiles.median());
        put(json, "p95", quantiles.at(0.95));
    }

    private static void calibration(Calibration calibration, ObjectNode json) {
        put(json, "expected_error", calibration.error());
        json.put("statements", calibration.statements());
        ArrayNode bins = json.putArray("bins");
        for (Calibration.Bin bin : calibration.bins()) {
            ObjectNode entry = bins.addObject();
            entry.put("count", bin.count());
            put(entry, "stated", bin.stated());
            put(entry, "frequency", bin.frequency());
        }
    }

    private static void quiet(Score score, ObjectNode json) {
        put(json, "link_months", score.quietMonths());
        put(json, "false_findings_per_link_month", score.falsePerLinkMonth());
        put(json, "false_attacks_per_link_year", score.falseAttacksPerLinkYear());
        put(json, "ever_false_attacks_per_link_year", score.everFalseAttacksPerLinkYear());
        falseFindings(score.quietFalse(), json);
    }

    private static void falseFindings(List<Verdict> verdicts, ObjectNode json) {
        json.put("false_findings", verdicts.size());
        json.put("false_attacks", Score.attacks(verdicts));
        ObjectNode said = json.putObject("said");
        Score.bySubtype(verdicts).forEach(said::put);
    }

    private static void incident(Outcome outcome, ObjectNode json) {
        json.put("kind", outcome.kind());
        json.put("name", outcome.name());
        json.put("group", name(outcome.group()));
        json.put("link", outcome.description());
        json.put("class", outcome.truth().anomalyClass().name());
        Subtype subtype = outcome.truth().subtype();
        json.put("subtype", subtype == null ? null : subtype.wireName());
        put(json, "magnitude", outcome.truth().magnitude().value());
        json.put("unit", outcome.truth().magnitude().unit());
        put(json, "relative_magnitude", outcome.truth().relative());
        json.put("onset", Times.format(outcome.truth().onset()));
        put(json, "interval_s", outcome.truth().intervalS());
        json.put("said_class", outcome.said().map(Enum::name).orElse(null));
        json.put("said_subtype", outcome.verdict().map(Verdict::name).orElse(null));
        put(json, "delay_s", outcome.delayS());
        put(json, "delay_reports", outcome.delayReports());
        put(json, "bound_s", outcome.played().boundS().orElse(Double.NaN));
        if (outcome.played().boundReports().isPresent()) {
            json.put("bound_reports", outcome.played().boundReports().getAsInt());
        }
        put(json, "onset_error_s", outcome.onsetErrorS().orElse(Double.NaN));
        outcome.verdict().ifPresent(verdict -> {
            ObjectNode probabilities = json.putObject("probabilities");
            verdict.last().probabilities().forEach((each, probability) -> put(probabilities, each.name(), probability));
        });
    }

    private static String name(Group group) {
        return group.name().toLowerCase(Locale.ROOT);
    }

    private static void put(ObjectNode json, String field, double value) {
        if (Double.isFinite(value)) {
            json.put(field, value);
        } else {
            json.putNull(field);
        }
    }
}
