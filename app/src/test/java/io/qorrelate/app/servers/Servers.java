package io.qorrelate.app.servers;

import static org.awaitility.Awaitility.await;

import io.qorrelate.app.embedded.EmbeddedElasticsearch;
import io.qorrelate.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One real broker and one real Elasticsearch for the whole test run, each started when a test first asks for it, on random
 * ports and in a folder of the run under {@code target}. Tests share them, so they use names of their own.
 */
public final class Servers implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Servers.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root's store lives as long as the run, and closes what it holds.
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, type -> new Running(), Running.class);
    }

    /** The released Elasticsearch, as the build has fetched it. */
    public static Path elasticsearchArchive() {
        String told = System.getProperty("qorrelate.elasticsearch.zip");
        if (told != null) {
            return Path.of(told);
        }
        // In an IDE, which does not read the build's settings of the test run.
        Path fetched = Path.of("target", "dist", "elasticsearch");
        try (Stream<Path> zips = Files.list(fetched)) {
            return zips.filter(file -> file.toString().endsWith(".zip"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no Elasticsearch in " + fetched.toAbsolutePath()));
        } catch (IOException e) {
            throw new UncheckedIOException("build once with Maven, which fetches Elasticsearch", e);
        }
    }

    /** Deletes a folder and all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** The servers of this run. */
    public static final class Running implements AutoCloseable {
        private static final String HEAP = "512m";

        private final Path data;
        private @Nullable EmbeddedKafka kafka;
        private @Nullable EmbeddedElasticsearch elasticsearch;

        private Running() {
            try {
                data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "servers")), "run");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public synchronized String bootstrapServers() {
            if (kafka == null) {
                kafka = EmbeddedKafka.start(data.resolve("kafka"), 0);
            }
            return kafka.bootstrapServers();
        }

        public synchronized URI elasticsearchUrl() {
            if (elasticsearch == null) {
                elasticsearch = EmbeddedElasticsearch.start(
                        elasticsearchArchive(), data.resolve("elasticsearch"), 0, HEAP, line -> {});
            }
            return elasticsearch.url();
        }

        /** Makes topics, and returns when they can be written to; those that are there stay as they are. */
        public void createTopics(int partitions, String... names) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
                for (String name : names) {
                    try {
                        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                                .all()
                                .get();
                    } catch (ExecutionException e) {
                        if (!(e.getCause() instanceof TopicExistsException)) {
                            throw new IllegalStateException(e.getCause());
                        }
                    }
                }
                // The broker hears of them a moment after the controller has made them.
                await().atMost(Duration.ofSeconds(20))
                        .ignoreExceptions()
                        .until(() -> admin.describeTopics(List.of(names))
                                        .allTopicNames()
                                        .get()
                                        .size()
                                == names.length);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public synchronized void close() throws IOException {
            if (elasticsearch != null) {
                elasticsearch.close();
            }
            if (kafka != null) {
                kafka.close();
            }
            delete(data);
        }
    }
}
