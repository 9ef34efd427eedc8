package io.qorrelate.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart, linted and rendered by the real Helm, and every object checked against the Kubernetes API's types. */
class ChartTest {
    private static final Path CHART = Path.of(System.getProperty("qorrelate.home", ".."), "helm", "qorrelate");

    /** The oldest that the chart is for. */
    private static final String KUBERNETES = "1.27.0";

    private static final Map<String, Class<?>> TYPES = Map.of(
            "Deployment", V1Deployment.class,
            "StatefulSet", V1StatefulSet.class,
            "Service", V1Service.class,
            "ServiceAccount", V1ServiceAccount.class,
            "ConfigMap", V1ConfigMap.class,
            "PodDisruptionBudget", V1PodDisruptionBudget.class,
            "HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class,
            "NetworkPolicy", V1NetworkPolicy.class);

    @Test
    void helmFindsNothingToLint() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @Test
    void theDefaultsRenderToSoundObjects() throws Exception {
        List<JsonObject> objects = render(template());

        assertThat(objects)
                .extracting(ChartTest::kind)
                .contains("Deployment", "StatefulSet", "Service", "ServiceAccount");
        for (JsonObject object : objects) {
            check(object);
        }
    }

    @Test
    void everythingThatCanBeSwitchedOnRendersToSoundObjects() throws Exception {
        List<JsonObject> objects = render(template()
                .set("collectors.autoscaling.enabled", "true")
                .set("networkPolicy.enabled", "true")
                .set("elasticsearch.apiKeySecret.name", "es-key")
                .set("topology", "nodes: []")
                .set("rules.mine\\.yml", "title: mine"));

        assertThat(objects).extracting(ChartTest::kind).contains("HorizontalPodAutoscaler", "NetworkPolicy");
        for (JsonObject object : objects) {
            check(object);
        }
        assertThat(objects.toString()).contains("\"secretKeyRef\":{\"name\":\"es-key\",\"key\":\"apiKey\"}");
    }

    @Test
    void sourcesHaveAPodOfTheirOwnWithTheirFileAndTheirSecrets() throws Exception {
        String file = "sources: [{id: kme, type: etsi014, target: https://kme:8443, links: {B: a~b}}]";
        List<JsonObject> objects = render(template()
                .set("sources.file", file)
                .set("sources.mappings.acme\\.yml", "format: csv")
                .set("sources.secrets[0]", "kme-client")
                .set("sources.ports[0].name", "syslog")
                .set("sources.ports[0].port", "5514")
                .set("sources.ports[0].protocol", "UDP")
                .set("collectors.maps.bench\\.yml", "format: csv")
                .set("networkPolicy.enabled", "true"));
        for (JsonObject object : objects) {
            check(object);
        }

        String sources = objects.stream()
                .filter(object -> object.toString().contains("-sources\""))
                .map(JsonObject::toString)
                .collect(Collectors.joining("\n"));
        assertThat(sources)
                .contains("\"sources.yml\":\"sources: [{id: kme", "\"acme.yml\":\"format: csv\"")
                .contains("\"name\":\"QORRELATE_SOURCES\",\"value\":\"/etc/qorrelate/sources/sources.yml\"")
                .contains("\"name\":\"QORRELATE_BUFFER_BYTES\",\"value\":\"536870912\"")
                .contains("\"secretName\":\"kme-client\"", "\"mountPath\":\"/etc/qorrelate/secrets/kme-client\"")
                .contains("\"containerPort\":5514,\"protocol\":\"UDP\"");
        assertThat(objects.toString())
                .contains("{\"port\":5514,\"protocol\":\"UDP\"}", "\"value\":\"/etc/qorrelate-maps\"", "bench.yml");
        assertThat(render(template()).toString()).doesNotContain("-sources");
    }

    @Test
    void podsHaveNoRights() throws Exception {
        for (JsonObject object : render(template())) {
            if (List.of("Deployment", "StatefulSet").contains(kind(object))) {
                JsonObject pod = object.getAsJsonObject("spec")
                        .getAsJsonObject("template")
                        .getAsJsonObject("spec");
                assertThat(pod.get("automountServiceAccountToken").getAsBoolean())
                        .isFalse();
                assertThat(pod.getAsJsonObject("securityContext")
                                .get("runAsNonRoot")
                                .getAsBoolean())
                        .isTrue();
                JsonObject container = pod.getAsJsonArray("containers").get(0).getAsJsonObject();
                JsonObject security = container.getAsJsonObject("securityContext");
                assertThat(security.get("readOnlyRootFilesystem").getAsBoolean())
                        .isTrue();
                assertThat(security.get("allowPrivilegeEscalation").getAsBoolean())
                        .isFalse();
                assertThat(container.getAsJsonObject("resources").has("requests"))
                        .isTrue();
            }
        }
    }

    @Test
    void aMisspeltValueIsRefused() {
        assertThatThrownBy(() ->
                        template().set("kafka.bootstrapServer", "kafka:9092").call())
                .hasMessageContaining("bootstrapServer");
    }

    @Test
    void whereKafkaIsMustBeSaid() {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withKubeVersion(KUBERNETES)
                        .set("elasticsearch.url", "http://es:9200")
                        .call())
                .hasMessageContaining("bootstrapServers");
    }

    @Test
    void aFieldThatKubernetesDoesNotKnowWouldBeSeen() throws Exception {
        JsonObject service = render(template()).stream()
                .filter(object -> kind(object).equals("Service"))
                .findFirst()
                .orElseThrow();
        service.getAsJsonObject("spec").addProperty("selektor", "x");

        assertThatThrownBy(() -> check(service)).rootCause().hasMessageContaining("selektor");
    }

    private static TemplateCommand template() {
        return new Helm(CHART)
                .template()
                .withKubeVersion(KUBERNETES)
                .set("kafka.bootstrapServers", "kafka:9092")
                .set("elasticsearch.url", "http://elasticsearch:9200");
    }

    private static List<JsonObject> render(TemplateCommand template) {
        List<JsonObject> objects = new ArrayList<>();
        Load yaml = new Load(LoadSettings.builder().build());
        for (Object document : yaml.loadAllFromString(template.call())) {
            if (document != null) {
                objects.add(JSON.getGson().toJsonTree(document).getAsJsonObject());
            }
        }
        return objects;
    }

    private static String kind(JsonObject object) {
        return object.get("kind").getAsString();
    }

    /** Unknown fields by the one, wrong types by the other: each misses what the other sees. */
    private static void check(JsonObject object) throws Exception {
        Class<?> type = TYPES.get(kind(object));
        assertThat(type).as("a kind that this test knows: " + kind(object)).isNotNull();
        type.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
        assertThat((Object) JSON.getGson().fromJson(object, type)).isNotNull();
    }
}
