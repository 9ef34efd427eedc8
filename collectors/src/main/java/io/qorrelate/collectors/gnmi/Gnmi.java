package io.qorrelate.collectors.gnmi;

import com.github.gnmi.proto.Encoding;
import io.qorrelate.collectors.source.ConfiguredSource;
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

/** Sources of type {@code gnmi}: devices that stream what they measure. */
public final class Gnmi implements SourceType {
    static final String USERNAME = "username";
    static final String PASSWORD = "password";

    private static final Map<String, Encoding> ENCODINGS =
            Map.of("json_ietf", Encoding.JSON_IETF, "json", Encoding.JSON, "proto", Encoding.PROTO);

    private static final int SILENT_ROUNDS = 6;

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(1);

    private static final int LAST_PORT = 65_535;

    @Override
    public String name() {
        return "gnmi";
    }

    @Override
    public List<String> fields() {
        return List.of("mappings", "encoding", "device", "origin", "server_name");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
        names.add(USERNAME);
        names.add(PASSWORD);
        return names;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        URI target = target(value.required("target"));
        boolean tls = target.getScheme().equals("grpcs");
        if (!tls && !source.credentials().secrets().isEmpty()) {
            throw value.errorAt(
                    "credentials",
                    "credentials are only sent over TLS; a target with credentials begins with grpcs://");
        }
        if ((source.credentials().get(USERNAME) == null)
                != (source.credentials().get(PASSWORD) == null)) {
            throw value.errorAt("credentials", "'username' and 'password' go together; one of them is missing");
        }
        List<YamlValue> mappings = new ArrayList<>();
        value.required("mappings").itemsOrSelf().forEach(name -> mappings.add(files.mapping(name)));
        return new Device(
                source,
                target.getHost(),
                target.getPort(),
                tls,
                value.field("server_name").map(YamlValue::text).orElse(""),
                value.field("device").map(YamlValue::text).orElse(""),
                value.field("origin").map(YamlValue::text).orElse(""),
                value.field("encoding").map(Gnmi::encoding).orElse(Encoding.JSON_IETF),
                GnmiMapping.parse(mappings));
    }

    private static Encoding encoding(YamlValue value) {
        Encoding encoding = ENCODINGS.get(value.text());
        if (encoding == null) {
            throw value.error("an encoding is json_ietf, json or proto, not '" + value.text() + "'");
        }
        return encoding;
    }

    private static URI target(YamlValue value) {
        String wanted = "a gnmi source's target is grpcs://HOST:PORT (or grpc://, without TLS), such as"
                + " grpcs://roadm.example:9339";
        URI uri;
        try {
            uri = new URI(value.text());
        } catch (URISyntaxException e) {
            throw value.error(wanted);
        }
        boolean known = "grpcs".equals(uri.getScheme()) || "grpc".equals(uri.getScheme());
        boolean bare = (uri.getPath() == null || uri.getPath().isEmpty())
                && uri.getUserInfo() == null
                && uri.getQuery() == null;
        if (!known || !bare || uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > LAST_PORT) {
            throw value.error(wanted);
        }
        return uri;
    }
}
