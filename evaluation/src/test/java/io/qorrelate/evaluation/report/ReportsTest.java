package io.qorrelate.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Told;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportsTest {
    private static final RunDescription RUN = new RunDescription("development seeds", 0, 1, 4_000, 8_000);
    private static final Score SCORE = Told.small();
    private static final Score UNSURE = new Score("another", false, SCORE.cases());
    private static final Score NOTHING = new Score("of nothing", true, List.of());

    @Test
    void thePageIsWellFormedAndNeedsNothingBesidesItself() throws Exception {
        String html = HtmlReport.of(RUN, List.of(SCORE, UNSURE));

        Document page = parse(html);
        assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(8);
        assertThat(html).doesNotContain("http:", "https:", "<script", "<link", "url(");
        assertThat(html).contains("prefers-color-scheme: dark").contains("by_hand");
    }

    @Test
    void aPageAboutNothingIsAPage() throws Exception {
        parse(HtmlReport.of(RUN, List.of(NOTHING)));
    }

    private static Document parse(String html) throws Exception {
        assertThat(html).startsWith("<!DOCTYPE html>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.replaceFirst("<!DOCTYPE html>", ""))));
    }

    @Test
    void jsonHasAllFiguresAndEachIncident() throws Exception {
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(RUN, List.of(SCORE)));

        JsonNode method = json.path("contestants").path(0);
        JsonNode plain = method.path("groups").path("plain");
        assertThat(plain.path("incidents").intValue()).isEqualTo(3);
        assertThat(plain.path("classes")
                        .path("PHYSICAL_DEGRADATION")
                        .path("said")
                        .path("ATTACK")
                        .intValue())
                .isEqualTo(1);
        assertThat(plain.path("delay_over_bound").path("median").doubleValue()).isEqualTo(2);
        assertThat(plain.path("delay_over_bound").path("p95").isNull())
                .as("missed: infinite")
                .isTrue();
        assertThat(plain.path("calibration").path("class_named").path("bins")).hasSize(10);
        assertThat(method.path("quiet").path("false_attacks").intValue()).isEqualTo(1);
        assertThat(method.path("incidents")).hasSize(3);
        assertThat(method.path("incidents").path(0).path("delay_s").doubleValue())
                .isEqualTo(20);
        assertThat(method.path("kinds").path(0).path("said").path("missed").intValue())
                .isEqualTo(1);
    }

    @Test
    void theTableNamesEachKindAndEachFigure() {
        assertThat(TextReport.of(SCORE))
                .contains("== a method (by <hand>)")
                .contains("by_hand")
                .contains("macro-F1")
                .contains("calibration error")
                .contains("quiet: 1 false findings in 0.1 link-months");
        assertThat(TextReport.of(NOTHING)).startsWith("== of nothing");
    }

    @Test
    void mistakesAreToldWithTheirExplanation() {
        assertThat(TextReport.mistakes(SCORE))
                .contains(
                        "WRONG by_hand 1", "truly MACRO_BEND", "channel_tap", "because <it>", "missed", "FALSE quiet");
    }

    @Test
    void numbersReadAsPeopleWriteThem() {
        assertThat(Figures.number(Double.NaN)).isEqualTo("–");
        assertThat(Figures.number(Double.POSITIVE_INFINITY)).isEqualTo("∞");
        assertThat(Figures.number(1.234)).isEqualTo("1.23");
        assertThat(Figures.duration(90)).isEqualTo("90 s");
        assertThat(Figures.duration(600)).isEqualTo("10.0 min");
        assertThat(Figures.duration(36_000)).isEqualTo("10.0 h");
        assertThat(Figures.duration(864_000)).isEqualTo("10.0 d");
    }
}
