package io.qorrelate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.qorrelate.app.embedded.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
    private static final String STATUS =
            "{\"slave_SAE_ID\":\"SAE-B\",\"stored_key_count\":25000,\"max_key_count\":100000}";

    @TempDir
    private Path folder;

    private Path sources;

    @BeforeEach
    void write() throws IOException {
        sources = Files.writeString(folder.resolve("sources.yml"), """
                sources:
                  - id: kme-ams
                    type: etsi014
                    target: https://127.0.0.1:%d
                    links: {SAE-B: ams-1~del-1}
                """.formatted(Ports.free()));
    }

    private Run dryRun(String in, String... more) {
        String[] arguments = new String[4 + more.length];
        System.arraycopy(new String[] {"collect", "--dry-run", "--source", sources.toString()}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return Run.with(Map.of(), in, arguments);
    }

    @Test
    void aPayloadIsReadAsTheSourceWouldHaveSaidIt() {
        Run run = dryRun(STATUS, "--payload", "-");

        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEqualToIgnoringNewLines("1 events, 0 rejected, 0 sources in trouble");
        JsonNode event = run.json().getFirst();
        assertThat(event.path("kind").asText()).isEqualTo("key_rate");
        assertThat(event.path("link").asText()).isEqualTo("ams-1~del-1");
        assertThat(event.path("stored_keys").asInt()).isEqualTo(25_000);
    }

    @Test
    void whatIsWrongWithAPayloadIsSaidOnStandardError() throws IOException {
        Path payload = Files.writeString(folder.resolve("payload"), "<html>");
        Run run = dryRun("", "--payload", payload.toString());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("source kme-ams: rejected, not_json: not JSON");
    }

    @Test
    void aTargetThatDoesNotAnswerIsNamed() {
        Run run = dryRun("");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("source kme-ams: https://127.0.0.1:").contains("cannot be asked");
    }

    @Test
    void theEnvironmentNamesTheSourcesToo() {
        Run run = Run.with(
                Map.of("QORRELATE_SOURCES", sources.toString()), STATUS, "collect", "--dry-run", "--payload", "-");

        assertThat(run.exit()).isZero();
    }

    @Test
    void aMistakeInTheFileIsNamedWithItsPlace() throws IOException {
        Files.writeString(sources, Files.readString(sources).replace("links", "linx"));
        Run run = dryRun("");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .startsWith(sources + ":5:5: unknown field 'linx' in a source of type etsi014; did you mean 'link'?");
    }

    @Test
    void aMisspeltSourceIsAnsweredWithTheOneThatWasMeant() {
        Run run = dryRun("", "--only", "kme-asm");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("did you mean 'kme-ams'?");
    }

    @Test
    void withoutSourcesThereIsNothingToTry() {
        assertThat(Run.of("collect", "--dry-run").exit()).isEqualTo(2);
        assertThat(Run.of("collect", "--kafka", "127.0.0.1:1", "--only", "x").exit())
                .isEqualTo(2);
    }

    @Test
    void upTellsOfAMistakeInTheFileBeforeItStartsAnything() throws IOException {
        Files.writeString(sources, "sources: [{id: a, type: etsi14, target: x}]");
        Run run = Run.of(
                "up",
                "--data-dir",
                folder.resolve("data").toString(),
                "--sources",
                sources.toString(),
                "--http-port",
                "0",
                "--metrics-port",
                "0",
                "--drill-port",
                "0",
                "--kafka-port",
                "0",
                "--elasticsearch-port",
                "0");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(sources + ":1:25: there is no type of source 'etsi14'");
    }
}
