package io.qorrelate.collectors.etsi015;

import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.HttpTargets;
import io.qorrelate.collectors.source.PolledSourceType;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sources of type {@code etsi015}: software-defined QKD nodes, by RESTCONF or NETCONF. */
public final class Etsi015 implements PolledSourceType {
    private static final String NAME = "etsi015";

    private static final String WANTED =
            "a node speaks RESTCONF or NETCONF: a target is such as https://node.example or ssh://node.example:830";

    /** RFC 5277, section 3.2.5.1, and RFC 8040, section 6.3.1: every server with notifications has it. */
    private static final String DEFAULT_STREAM = "NETCONF";

    private static final String NO_STREAM = "none";

    /** RFC 6242, section 6. */
    private static final int NETCONF_PORT = 830;

    private static final Pattern STREAM = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,127}");

    private final HttpTargets targets = new HttpTargets();

    private final Ssh ssh = new Ssh();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("mapping", "stream", "host_key");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
        names.addAll(List.of(HttpConnection.TOKEN, HttpConnection.USERNAME, HttpConnection.PASSWORD));
        return names;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        YamlValue mapping = value.field("mapping").map(files::mapping).orElseGet(() -> Mappings.read(NAME));
        NodeMapping meaning = NodeMapping.parse(mapping);
        if (source.placement().links().isEmpty() && source.placement().link() == null) {
            throw value.error("'links' is missing: name each of the node's links, as 'links: {QKDL-ID: link}'");
        }
        return value.required("target").text().startsWith("ssh:")
                ? netconf(source, value, meaning)
                : restconf(source, value, meaning);
    }

    private ConfiguredSource restconf(Source source, YamlValue value, NodeMapping mapping) {
        URI uri = HttpTargets.base(source, value, WANTED);
        value.field("host_key").ifPresent(given -> {
            throw given.error("a host key is SSH's; over HTTPS it is 'trust' that tells whom we speak to");
        });
        boolean half = (source.credentials().get(HttpConnection.USERNAME) == null)
                != (source.credentials().get(HttpConnection.PASSWORD) == null);
        if (half) {
            throw value.required("credentials").error("'username' and 'password' go together over HTTPS");
        }
        String path = uri.getPath().replaceAll("/+$", "");
        URI root = uri.resolve(path.isEmpty() ? Restconf.DEFAULT_ROOT : path);
        String stream =
                value.field("stream").map(given -> httpStream(given, root)).orElse(DEFAULT_STREAM);
        HttpConnection connection = targets.connection(source);
        return new SdnNode(
                source,
                mapping,
                (intake, clock) -> new Restconf(
                        source,
                        root,
                        connection,
                        stream.equals(NO_STREAM) ? null : stream,
                        new Refusals(source, AuthFailure.Plane.MANAGEMENT, intake, clock)));
    }

    private static String httpStream(YamlValue given, URI root) {
        String text = given.text();
        if (!text.contains("/")) {
            return streamName(given);
        }
        try {
            URI uri = root.resolve(new URI(text));
            if (root.getScheme().equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
                return text;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw given.error("a stream is named, or given by its path or URL, which begins with " + root.getScheme()
                + ":// as the target does");
    }

    private static String streamName(YamlValue given) {
        if (!STREAM.matcher(given.text()).matches()) {
            throw given.error("'" + given.text() + "' is no stream's name; most nodes have " + DEFAULT_STREAM + ", and "
                    + NO_STREAM + " is for none");
        }
        return given.text();
    }

    private ConfiguredSource netconf(Source source, YamlValue value, NodeMapping mapping) {
        YamlValue target = value.required("target");
        URI uri;
        try {
            uri = new URI(source.target());
            uri = uri.getPort() < 0 ? new URI("ssh", null, uri.getHost(), NETCONF_PORT, null, null, null) : uri;
        } catch (URISyntaxException e) {
            throw target.error(WANTED);
        }
        if (uri.getHost() == null || !uri.getPath().isEmpty() || uri.getQuery() != null || uri.getFragment() != null) {
            throw target.error(WANTED);
        }
        if (uri.getUserInfo() != null) {
            throw target.error("a target holds no name; who we are is said by 'credentials'");
        }
        for (String name : List.of("certificate", "trust", HttpConnection.TOKEN)) {
            if (source.credentials().get(name) != null) {
                throw value.required("credentials")
                        .errorAt(name, "'" + name + "' is not SSH's; it has 'username' with 'password' or 'key'");
            }
        }
        if (source.credentials().get(HttpConnection.USERNAME) == null
                || (source.credentials().get(HttpConnection.PASSWORD) == null
                        && source.credentials().get("key") == null)) {
            throw value.error("over SSH we are known by 'credentials' with 'username', and 'password' or 'key'");
        }
        HostKeys keys = HostKeys.parse(value.field("host_key")
                .orElseThrow(() -> value.error(
                        "'host_key' is missing: no node is trusted at first sight; 'ssh-keyscan -p " + NETCONF_PORT
                                + " HOST | ssh-keygen -lf -' shows the keys to compare with the node's own")));
        String stream = value.field("stream").map(Etsi015::streamName).orElse(DEFAULT_STREAM);
        URI found = uri;
        return new SdnNode(
                source,
                mapping,
                (intake, clock) -> new Netconf(
                        source,
                        found,
                        keys,
                        ssh,
                        stream.equals(NO_STREAM) ? null : stream,
                        new Refusals(source, AuthFailure.Plane.MANAGEMENT, intake, clock)));
    }

    /** A link of the node, for what is the matter of all of it. */
    static @Nullable String anyLink(Source source) {
        String link = source.placement().link();
        return link == null
                ? source.placement().links().values().stream()
                        .sorted()
                        .findFirst()
                        .orElse(null)
                : link;
    }

    /** Who we say we are; null where that is said by a certificate, or cannot be had. */
    static @Nullable String username(Source source) {
        return source.credentials().name(HttpConnection.USERNAME);
    }
}
