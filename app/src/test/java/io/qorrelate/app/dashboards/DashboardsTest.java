package io.qorrelate.app.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.model.Observable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that Grafana's own dashboard linter knows, and ours. */
class DashboardsTest {
    private static final Set<String> DATA_SOURCES = Set.of("qorrelate-elasticsearch", "qorrelate-prometheus");
    private static final Set<String> INDICES = Set.of("qkd-telemetry", "qkd-findings", "qkd-incidents");
    private static final int GRID_COLUMNS = 24;
    private static final Pattern FIELD = Pattern.compile("qkd\\.([a-z_]+)");

    /** Fields of the contract that no observable has. */
    private static final Set<String> OTHER_FIELDS = Set.of(
            "kind",
            "link",
            "node",
            "class",
            "subtype",
            "severity",
            "status",
            "onset",
            "detected",
            "ended",
            "explanation",
            "probabilities",
            "recommended_actions",
            "evidence",
            "plane",
            "reason",
            "origin",
            "count",
            "phase",
            "routine",
            "event",
            "summary",
            "scope",
            "what",
            "findings");

    static List<Dashboard> dashboards() throws IOException {
        return Dashboard.all();
    }

    @Test
    void thereAreFour() throws IOException {
        assertThat(Dashboard.all())
                .extracting(dashboard -> dashboard.json().path("uid").asText())
                .containsExactlyInAnyOrder(
                        "qorrelate-overview", "qorrelate-link", "qorrelate-triage", "qorrelate-sources");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShowsAndInWhichUnit(Dashboard dashboard) {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText())
                    .as(panel.path("title").asText())
                    .isNotBlank();
            assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                    .as(panel.path("title").asText())
                    .isNotBlank();
            assertThat(panel.path("targets").size()).isPositive();
        });
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyTargetReadsADataSourceThatIsProvisioned(Dashboard dashboard) {
        for (JsonNode panel : dashboard.panels()) {
            assertThat(DATA_SOURCES).contains(panel.at("/datasource/uid").asText());
            Set<String> references = new HashSet<>();
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid")).isEqualTo(panel.at("/datasource/uid"));
                assertThat(references.add(target.path("refId").asText()))
                        .as("refIds are unique")
                        .isTrue();
                if (target.has("index")) {
                    assertThat(INDICES).contains(target.path("index").asText());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void noPanelLiesOnAnother(Dashboard dashboard) {
        Set<Integer> ids = new HashSet<>();
        List<int[]> places = new ArrayList<>();
        for (JsonNode panel : dashboard.json().path("panels")) {
            assertThat(ids.add(panel.path("id").asInt())).as("ids are unique").isTrue();
            JsonNode grid = panel.path("gridPos");
            int[] place = {
                grid.path("x").asInt(),
                grid.path("y").asInt(),
                grid.path("w").asInt(),
                grid.path("h").asInt()
            };
            assertThat(place[0] + place[2]).isLessThanOrEqualTo(GRID_COLUMNS);
            for (int[] other : places) {
                boolean apart = place[0] + place[2] <= other[0]
                        || other[0] + other[2] <= place[0]
                        || place[1] + place[3] <= other[1]
                        || other[1] + other[3] <= place[1];
                assertThat(apart).as(panel.path("title").asText()).isTrue();
            }
            places.add(place);
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyFieldIsOneOfTheContract(Dashboard dashboard) {
        Set<String> known = new HashSet<>(OTHER_FIELDS);
        for (Observable observable : Observable.values()) {
            known.add(observable.field());
        }
        Matcher fields = FIELD.matcher(dashboard.json().toString());
        Set<String> used = new HashSet<>();
        while (fields.find()) {
            used.add(fields.group(1));
        }
        assertThat(known).containsAll(used);
    }
}
