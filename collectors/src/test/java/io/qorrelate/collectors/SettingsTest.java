package io.qorrelate.collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.collectors.file.FileCollectorSettings;
import io.qorrelate.collectors.http.HttpCollectorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void wrongSettingsAreSaidInWords() {
        assertThatThrownBy(() -> new HttpCollectorSettings("127.0.0.1", 70_000))
                .hasMessageContaining("0..65535")
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> new HttpCollectorSettings(" ", 80)).hasMessageContaining("address");
        assertThatThrownBy(() -> new PublisherSettings("")).hasMessageContaining("host:port");
        assertThatThrownBy(() -> new PublisherSettings("k:1", 1_000, Duration.ofSeconds(1), Map.of()))
                .hasMessageContaining("in-flight");
        assertThatThrownBy(() -> FileCollectorSettings.once(List.of(), Path.of("state")))
                .hasMessageContaining("at least one file");
    }

    @Test
    void theOperatorsKafkaPropertiesWinAndSecurityReachesTheProbe() {
        PublisherSettings settings = new PublisherSettings(
                "k:1",
                PublisherSettings.MIN_IN_FLIGHT_BYTES,
                Duration.ofSeconds(1),
                Map.of("compression.type", "zstd", "security.protocol", "SSL"));

        assertThat(settings.producerProperties())
                .containsEntry("compression.type", "zstd")
                .containsEntry("security.protocol", "SSL")
                .containsEntry("acks", "all");
        assertThat(settings.adminProperties())
                .containsEntry("security.protocol", "SSL")
                .doesNotContainKey("compression.type");
    }
}
