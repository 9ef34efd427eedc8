package io.qorrelate.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DrillServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINK = "ams-1~del-1";

    /** The clock stands still before the first report, so that nothing is posted anywhere. */
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

    private final NetworkSimulation simulation =
            new NetworkSimulation(Metropolis.topology(), 1, NOW.plusMillis(1), Duration.ofSeconds(10));
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private LiveNetwork network;
    private DrillServer server;

    private record Answer(int status, JsonNode body) {
        String message() {
            return body.path("message").asText();
        }
    }

    @BeforeEach
    void start() throws IOException {
        network = new LiveNetwork(
                simulation, URI.create("http://127.0.0.1:1/"), Clock.fixed(NOW, ZoneOffset.UTC), events -> {});
        server = DrillServer.start(0, network);
    }

    @AfterEach
    void stop() {
        server.close();
        network.close();
        http.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void anOrderIsPlayedAndAnsweredWithWhatIsToBeExpected(Scenario scenario) throws Exception {
        Answer answer = order("{\"scenario\":\"" + scenario.wireName() + "\",\"link\":\"" + LINK + "\"}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("scenario").asText()).isEqualTo(scenario.wireName());
        assertThat(answer.body().path("link").asText()).isEqualTo(LINK);
        assertThat(answer.body().path("magnitude").asDouble()).isEqualTo(scenario.magnitude());
        assertThat(answer.body().path("onset").asText()).isEqualTo("2026-11-23T00:00:00.000Z");
        assertThat(answer.body().path("lasts_seconds").asLong())
                .isEqualTo(scenario.lasts().toSeconds());
        assertThat(answer.body().path("expected_class").asText())
                .isEqualTo(scenario.expectedClass().name());
        assertThat(answer.body().path("expected_subtype").asText())
                .isEqualTo(scenario.expectedSubtype().wireName());
        assertThat(simulation.isDisturbed(LINK, NOW)).isTrue();
    }

    @Test
    void theOneWhoOrdersMaySayHowStrong() throws Exception {
        Answer answer =
                order("{\"scenario\":\"partial-intercept-resend\",\"link\":\"" + LINK + "\",\"magnitude\":0.35}");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("magnitude").asDouble()).isEqualTo(0.35);
    }

    @ParameterizedTest
    @CsvSource({
        "fibre-loss-step, -40",
        "fibre-loss-step, 1000",
        "intercept-resend, 1.5",
        "intercept-resend, 0",
        "detector-blinding, -1",
        "polarization-drift, \"strong\"",
        "trojan-horse, 1e999",
        "auth-failure-burst, 2000000000"
    })
    void aMagnitudeThatPhysicsDoesNotKnowIsRefused(String scenario, String magnitude) throws Exception {
        Answer answer =
                order("{\"scenario\":\"" + scenario + "\",\"link\":\"" + LINK + "\",\"magnitude\":" + magnitude + "}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message())
                .startsWith("the magnitude of " + scenario + " must be a number above 0 and at most ");
        assertThat(simulation.isDisturbed(LINK, NOW)).isFalse();
    }

    @Test
    void anUnknownScenarioIsRefusedWithTheNameThatWasMeant() throws Exception {
        Answer answer = order("{\"scenario\":\"intercept-resent\",\"link\":\"" + LINK + "\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message())
                .isEqualTo("no scenario is named 'intercept-resent'; did you mean 'intercept-resend'?");
        assertThat(simulation.isDisturbed(LINK, NOW)).isFalse();
    }

    @Test
    void anUnknownLinkIsRefusedWithTheNameThatWasMeant() throws Exception {
        Answer answer = order("{\"scenario\":\"fibre-cut\",\"link\":\"ams-1~dell-1\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("no link is named 'ams-1~dell-1'; did you mean 'ams-1~del-1'?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fibre-cut please", "{\"scenario\":", "{'scenario':'fibre-cut'}"})
    void whatIsNoJsonIsRefused(String body) throws Exception {
        Answer answer = order(body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.message()).startsWith("the order is no JSON: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "7", "{}", "{\"scenario\":null}", "{\"scenario\":{\"name\":\"fibre-cut\"}}"})
    void anOrderWithoutAScenarioIsRefused(String body) throws Exception {
        Answer answer = order(body);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).startsWith("no scenario is named");
    }

    @Test
    void anOrderThatIsFarTooLongIsRefused() throws Exception {
        Answer answer = order("{\"scenario\":\"" + "x".repeat(100_000) + "\"}");

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void aLinkPlaysOneScenarioAtATimeAndOthersMayPlayTheirs() throws Exception {
        order("{\"scenario\":\"fibre-cut\",\"link\":\"" + LINK + "\"}");

        Answer second = order("{\"scenario\":\"trojan-horse\",\"link\":\"" + LINK + "\"}");
        Answer elsewhere = order("{\"scenario\":\"trojan-horse\",\"link\":\"ams-1~haa-1\"}");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.message()).contains(LINK).contains("wait");
        assertThat(elsewhere.status()).isEqualTo(202);
    }

    @Test
    void scenariosAndLinksCanBeAskedFor() throws Exception {
        List<String> names = new ArrayList<>();
        get("/scenarios").body().forEach(scenario -> {
            names.add(scenario.path("name").asText());
            assertThat(scenario.path("description").asText()).isNotBlank();
        });
        List<String> links = new ArrayList<>();
        get("/links").body().forEach(link -> links.add(link.asText()));

        assertThat(names).isEqualTo(Scenario.names());
        assertThat(links).isEqualTo(Metropolis.links());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/drills", "/scenarios/fibre-cut", "/links/"})
    void anythingElseIsAnsweredWithWhatThereIs(String path) throws Exception {
        Answer answer = get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("POST /drills, GET /scenarios or GET /links");
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> DrillServer.start(server.port(), network).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Integer.toString(server.port()));
    }

    @Test
    void onceClosedNobodyAnswers() {
        int port = server.port();
        server.close();

        assertThatThrownBy(() -> http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/links"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    private Answer order(String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri("/drills")).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        return new Answer(response.statusCode(), JSON.readTree(response.body()));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
