package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.MockKafka;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our samples are data of the standard's module, as libyang judges it, and mean the same in the XML that it makes of them. */
class YangTest {
    @TempDir
    private Path work;

    private List<JsonNode> events(byte[] node, byte[] then) throws Exception {
        NodeReader reader = new NodeReader((SdnNode) Nodes.source(Nodes.file(work, "https://127.0.0.1:9", "")));
        List<JsonNode> events = Nodes.events(reader.read(node, Nodes.INTAKE, MockKafka.NOW));
        assertThat(events).hasSize(4);
        return then.length == 0 ? events : Nodes.events(reader.read(then, Nodes.INTAKE, MockKafka.NOW));
    }

    @Test
    void theSampleIsValidAndItsXmlMeansTheSame() throws Exception {
        String xml = Yang.validated(work, "data", new String(Nodes.sample(), UTF_8));
        String reply = "<rpc-reply message-id=\"1\" xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><data>" + xml
                + "</data></rpc-reply>";

        // The times of periods are told in other words, and only they.
        assertThat(events(reply.getBytes(UTF_8), new byte[0])
                        .toString()
                        .replaceAll("\"id\":\"\\w+\"|\\+00:00\"|Z\"", ""))
                .isEqualTo(events(Nodes.sample(), new byte[0])
                        .toString()
                        .replaceAll("\"id\":\"\\w+\"|\\+00:00\"|Z\"", ""));
    }

    @Test
    void everyNotificationIsValidAndItsXmlMeansTheSame() throws Exception {
        for (String line : Nodes.resource("notifications.ndjson").lines().toList()) {
            ObjectNode content = (ObjectNode) Nodes.json(line.getBytes(UTF_8)).path("ietf-restconf:notification");
            String time = content.remove("eventTime").asText();
            String xml = Yang.validated(work, "notif", content.toString());
            String notification = "<notification xmlns=\"urn:ietf:params:xml:ns:netconf:notification:1.0\"><eventTime>"
                    + time + "</eventTime>" + xml + "</notification>";

            assertThat(events(Nodes.sample(), notification.getBytes(UTF_8)))
                    .as(line)
                    .isNotEmpty()
                    .isEqualTo(events(Nodes.sample(), line.getBytes(UTF_8)));
        }
    }
}
