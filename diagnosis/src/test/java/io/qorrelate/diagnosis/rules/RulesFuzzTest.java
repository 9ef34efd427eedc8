package io.qorrelate.diagnosis.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.InvalidYaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A rule that is spoilt is complained of with its place, and one that is read hears any event. */
class RulesFuzzTest {
    private static final List<String> EVENTS = List.of(
            "'kind':'auth_failure','plane':'classical_channel','reason':'bad_tag','origin':'192.0.2.1','count':9",
            "'kind':'auth_failure','plane':'management','reason':'bad_credentials','principal':'root'",
            "'kind':'calibration','routine':'phase','phase':'failed','initiator':'remote'",
            "'kind':'transport','event':'loss_of_signal','position_km':3",
            "'kind':'environment','power':'lost','cooling':'degraded','temperature_c':41",
            "'kind':'physical_access','event':'tamper'",
            "'kind':'key_rate','secret_key_rate_bps':900,'keys_rejected':4,'stored_keys':0",
            "'kind':'link_quality','qber':0.2,'labels':{'x':'y'}");

    private static List<TelemetryEvent> events() throws InvalidEvent {
        List<TelemetryEvent> events = new ArrayList<>();
        for (int second = 0; second < 20; second++) {
            for (String fields : EVENTS) {
                events.add(TelemetryJson.read("{'time':'2026-11-23T10:00:%02dZ','link':'a~b',%s}"
                        .formatted(second, fields)
                        .replace('\'', '"')));
            }
        }
        return events;
    }

    @Test
    void rules() throws InvalidEvent {
        Map<String, String> shipped = ShippedRules.files();
        List<byte[]> sound =
                shipped.values().stream().map(text -> text.getBytes(UTF_8)).toList();
        List<TelemetryEvent> events = events();
        Fuzz.survive("rules", sound, input -> {
            Map<String, String> files = new HashMap<>(shipped);
            files.put("spoilt.yml", new String(input, UTF_8));
            RulePack pack;
            try {
                pack = RulePack.parse(files);
            } catch (InvalidYaml e) {
                assertThat(e.getMessage()).contains(".yml");
                return;
            }
            LinkDiagnosis diagnosis = new LinkDiagnosis(pack, DiagnosisSettings.defaults());
            LinkState state = diagnosis.initial("a~b");
            events.forEach(event -> diagnosis.advance(state, event));
            assertThat(LinkState.fromBytes(state.toBytes())).isEqualTo(state);
        });
    }
}
