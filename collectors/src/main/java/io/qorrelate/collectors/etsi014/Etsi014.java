package io.qorrelate.collectors.etsi014;

import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sources of type {@code etsi014}: key management entities that are asked for their status. */
public final class Etsi014 implements SourceType {
    private static final String NAME = "etsi014";

    /** So many unanswered rounds are an outage that somebody should know of. */
    private static final int SILENT_ROUNDS = 6;

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(1);

    /** A client for each set of credentials, not for each source: thousands of sources mostly share one identity. */
    private final Map<Credentials, HttpConnection> connections = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("mapping");
    }

    @Override
    public List<String> credentials() {
        return TlsIdentity.CREDENTIALS;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        YamlValue target = value.required("target");
        URI uri;
        try {
            uri = new URI(source.target());
        } catch (URISyntaxException e) {
            throw target.error("'" + source.target() + "' is no URL; a target is such as https://kme.example:8443");
        }
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw target.error("a key management entity speaks HTTPS: a target is such as https://kme.example:8443");
        }
        if (uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) {
            throw target.error("a target has a host, a port and perhaps a path, and nothing else; who we are is said by"
                    + " 'credentials'");
        }
        if (source.placement().links().isEmpty()) {
            throw value.error("'links' is missing: name each slave SAE to ask about and its link, as"
                    + " 'links: {SAE-ID: link}'");
        }
        YamlValue mapping = value.field("mapping").map(files::mapping).orElseGet(() -> Mappings.read(NAME));
        return new KeyManagementEntity(
                source,
                uri,
                saes(value),
                JsonMapping.parse(mapping),
                connections.computeIfAbsent(source.credentials(), HttpConnection::new));
    }

    /** In the file's order. */
    private static List<String> saes(YamlValue value) {
        return new ArrayList<>(value.required("links").fields().keySet());
    }
}
