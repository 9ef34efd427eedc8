package io.qorrelate.collectors.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qorrelate.collectors.etsi014.Etsi014;
import io.qorrelate.model.yaml.InvalidYaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFileTest {
    private static final List<SourceType> TYPES = List.of(new Etsi014());

    @TempDir
    private Path folder;

    private static SourceFile parse(String yaml) {
        return SourceFile.parse(yaml, Path.of("sources.yml"), TYPES);
    }

    @Test
    void aSourceHasDefaultsForWhatItDoesNotSay() {
        Source source = parse("""
                        sources:
                          - id: kme-ams
                            type: etsi014
                            target: https://kme-ams.example:8443
                            links: {SAE-B: ams-1~del-1}
                        """).entries().getFirst().configured().source();

        assertThat(source.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(source.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(source.silentAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(source.placement().linkOf("SAE-B")).isEqualTo("ams-1~del-1");
        assertThat(source.placement().linkOf("SAE-C")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "source: []|sources.yml:1:1: unknown field 'source' in a sources file; did you mean 'sources'?",
                "sources: [{id: a, type: etsi14, target: x}]|sources.yml:1:25: there is no type of source 'etsi14'; did you mean 'etsi014'?",
                "sources: [{id: a, type: modbus, target: x}]|sources.yml:1:25: there is no type of source 'modbus'; there are etsi014",
                "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, intervall: 5s}]|sources.yml:1:70: unknown field 'intervall' in a source of type etsi014; did you mean 'interval'?",
                "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, interval: 5}]|sources.yml:1:80: 'interval' is a number with ms, s, m or h, such as 10s or 5m; found '5'",
                "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, interval: 5ms}]|sources.yml:1:80: 'interval' is 1000ms to 24h, was 5ms",
                "sources: [{id: a/b, type: etsi014, target: 'https://h', links: {S: l}}]|sources.yml:1:16: a source's id has up to 128 letters, digits and . _ ~ -, and begins with a letter or digit",
                "sources: [{id: a, type: etsi014, target: 'http://h', links: {S: l}}]|sources.yml:1:42: a key management entity speaks HTTPS: a target is such as https://kme.example:8443",
                "sources: [{id: a, type: etsi014, target: 'https://h'}]|sources.yml:1:11: 'links' is missing: name each slave SAE to ask about and its link, as 'links: {SAE-ID: link}'",
                "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, mapping: etsi}]|sources.yml:1:79: there is no mapping 'etsi'; did you mean 'etsi014'?",
                "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, mapping: /nowhere/x.yml}]|sources.yml:1:79: there is no file /nowhere/x.yml"
            })
    void aMistakeIsNamedWithItsPlaceAndTheWayOut(String yaml, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> parse(yaml))
                .withMessageStartingWith(message);
    }

    @Test
    void noTwoSourcesShareAName() {
        String source = "{id: a, type: etsi014, target: 'https://h', links: {S: l}}";

        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> parse("sources: [" + source + ", " + source + "]"))
                .withMessageEndingWith("source 'a' stands here twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{key_password: hunter2}",
                "{key_password: [hunter2]}",
                "{key_password: {env: {x: hunter2}}}",
                "{key_password: {env: A, file: hunter2}}"
            })
    void aSecretInTheFileIsRefusedWithoutRepeatingIt(String credentials) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(
                        () -> parse("sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, credentials: "
                                + credentials + "}]"))
                .satisfies(e ->
                        assertThat(e.getMessage()).startsWith("sources.yml:1:").doesNotContain("hunter2"));
    }

    @Test
    void whatASourceSaysOfItselfHoldsNoSecret() throws Exception {
        Path secret = Files.writeString(folder.resolve("password"), "hunter2\n");
        Source source = parse(
                        "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}, credentials: {key_password: {file: "
                                + secret + "}}}]")
                .entries()
                .getFirst()
                .configured()
                .source();

        Secret password = source.credentials().get("key_password");
        assertThat(password).isNotNull();
        assertThat(password.revealText()).isEqualTo("hunter2");
        assertThat(source.toString()).contains("file:" + secret).doesNotContain("hunter2");
    }

    @Test
    void aDefinitionIsWhatIsSaidAndNotHowItIsWritten() {
        String written = "sources: [{id: a, type: etsi014, target: 'https://h', links: {S: l}}]";
        String rewritten = """
                # by hand
                sources:
                  - id: a
                    type: etsi014
                    target: https://h
                    links: {S: l}
                """;

        assertThat(parse(rewritten).entries().getFirst().definition())
                .isEqualTo(parse(written).entries().getFirst().definition());
        assertThat(parse(written.replace("https://h", "https://i"))
                        .entries()
                        .getFirst()
                        .definition())
                .isNotEqualTo(parse(written).entries().getFirst().definition());
    }
}
