package io.qorrelate.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.app.servers.ServerProcess;
import io.qorrelate.app.servers.Servers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedElasticsearchIT {
    @TempDir
    Path folder;

    @Test
    void dataSurvivesAKilledParentAndARestartInAFolderOnlyItsOwnerMayEnter() throws Exception {
        Path closed = Files.createDirectory(
                folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path data = closed.resolve("elasticsearch");
        List<String> told = new ArrayList<>();

        long killedPid;
        try (ServerProcess killed = ServerProcess.elasticsearch(data, 0)) {
            URI url = URI.create(killed.address());
            assertThat(send(url, "PUT", "/kept", "{}")).contains("acknowledged");
            assertThat(send(url, "PUT", "/kept/_doc/1?refresh=true", "{\"word\":\"still here\"}"))
                    .contains("created");
            assertThatThrownBy(() ->
                            EmbeddedElasticsearch.start(Servers.elasticsearchArchive(), data, 0, "256m", told::add))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("another one is using")
                    .hasMessageContaining("--data-dir");
            killedPid = Long.parseLong(
                    Files.readString(data.resolve("run/elasticsearch.pid")).strip());
            killed.kill();
        }
        // Where the kernel does not end a child with its parent, one is left behind; this one stands for it.
        Process leftBehind = new ProcessBuilder(
                        "sh", "-c", "sleep 600; :", "-Des.path.home=" + data.toRealPath() + "/elasticsearch-8")
                .start();

        EmbeddedElasticsearch next =
                EmbeddedElasticsearch.start(Servers.elasticsearchArchive(), data, 0, "256m", told::add);
        try {
            assertThat(told).anyMatch(line -> line.contains("previous run left behind"));
            assertThat(leftBehind.isAlive()).isFalse();
            assertThat(ProcessHandle.of(killedPid).map(ProcessHandle::isAlive)).isNotEqualTo(Optional.of(true));
            assertThat(send(next.url(), "GET", "/kept/_doc/1", "")).contains("still here");
            assertThat(send(next.url(), "PUT", "/qkd-findigns/_doc/1", "{}"))
                    .as("a typo in a name makes no index")
                    .contains("index_not_found_exception");
        } finally {
            Instant begin = Instant.now();
            next.close();
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(8));
        }
    }

    private static String send(URI server, String method, String path, String body) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(server.resolve(path))
                                    .header("Content-Type", "application/json")
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
