package io.qorrelate.app.servers;

import io.qorrelate.app.embedded.EmbeddedElasticsearch;
import io.qorrelate.app.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One real broker and one real Elasticsearch for the whole test run, started when the first test asks for them. */
public final class Servers implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Servers.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, type -> new Running(), Running.class);
    }

    /** The servers of this run. */
    public static final class Running implements AutoCloseable {
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

        public synchronized URI elasticsearch() {
            if (elasticsearch == null) {
                elasticsearch =
                        EmbeddedElasticsearch.start(archive(), data.resolve("elasticsearch"), 0, "512m", line -> {});
            }
            return elasticsearch.url();
        }

        public static Path archive() {
            return Path.of(System.getProperty("qorrelate.elasticsearch.zip"));
        }

        @Override
        public synchronized void close() {
            if (elasticsearch != null) {
                elasticsearch.close();
            }
            if (kafka != null) {
                kafka.close();
            }
        }
    }
}
