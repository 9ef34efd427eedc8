package io.qorrelate.collectors.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.fuzzing.Fuzz;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of requests: events, rejections, or an answer that it is no request. */
class OtlpFuzzTest {
    private static final byte[] METRICS = """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"link","value":{"stringValue":"ams-1~del-1"}},
            {"key":"n","value":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"7"}]}}}]}}}]},
            "scopeMetrics":[{"metrics":[{"name":"qkd_qber","gauge":{"dataPoints":[
            {"timeUnixNano":"1795428020000000000","asDouble":0.0213}]}},{"name":"qkd_keys_delivered_total","sum":{
            "aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"startTimeUnixNano":"1795428010000000000",
            "timeUnixNano":"1795428020000000000","asInt":"7"}]}}]}]}]}
            """.getBytes(UTF_8);

    @TempDir
    private Path folder;

    /** Metrics and logs are written alike but for their innermost part: each input is read as both. */
    private void survives(String parser, Encoding encoding) throws Exception {
        OtlpPort port = (OtlpPort) Fuzzed.source(folder, new Otlp(), "target: 'http://127.0.0.1:0', node: ams-1");
        List<byte[]> sound = new ArrayList<>();
        sound.add(encoded(METRICS, Signal.METRICS, encoding));
        for (byte[] logs : Fuzzed.samples("sample.otlp.json")) {
            sound.add(encoded(logs, Signal.LOGS, encoding));
        }
        Fuzz.survive(parser, sound, input -> {
            for (Signal signal : Signal.values()) {
                try {
                    Message request = OtlpPort.parse(signal, encoding, input);
                    Fuzzed.check(port.read(signal, request, Fuzzed.INTAKE, "peer", MockKafka.NOW)
                            .intakes());
                } catch (Encoding.Malformed e) {
                    assertThat(e).hasMessageMatching("(?s).+");
                }
            }
        });
    }

    private static byte[] encoded(byte[] json, Signal signal, Encoding encoding) throws Encoding.Malformed {
        Message.Builder request = signal.request();
        Encoding.JSON.read(json, request);
        return encoding == Encoding.JSON ? json : request.build().toByteArray();
    }

    @Test
    void requestsInProtobuf() throws Exception {
        survives("OTLP, protobuf", Encoding.PROTOBUF);
    }

    @Test
    void requestsInJson() throws Exception {
        survives("OTLP, JSON", Encoding.JSON);
    }
}
