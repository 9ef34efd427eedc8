package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.mapping.LogMapping;
import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sources of type {@code syslog}: a port on which machines tell what they log. */
public final class Syslog implements SourceType {
    private static final String NAME = "syslog";

    /** Machines that log nothing for an hour are rare, and a port that many log to is rarer. */
    private static final Duration SILENT_AFTER = Duration.ofHours(1);

    private static final int LAST_PORT = 65_535;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("mappings", "zone");
    }

    @Override
    public List<String> credentials() {
        return TlsIdentity.CREDENTIALS;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        return SILENT_AFTER;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        URI target = target(value.required("target"));
        Transport transport = Transport.valueOf(target.getScheme().toUpperCase(Locale.ROOT));
        boolean identity = source.credentials().get("certificate") != null
                && source.credentials().get("key") != null;
        if (transport == Transport.TLS && !identity) {
            throw value.error("who listens for TLS needs 'certificate' and 'key' in its credentials");
        }
        if (transport != Transport.TLS && !source.credentials().secrets().isEmpty()) {
            throw value.errorAt("credentials", "credentials are for TLS: the target is then tls://HOST:PORT");
        }
        ZoneId zone = value.field("zone").map(Syslog::zone).orElse(ZoneOffset.UTC);
        return new SyslogPort(
                source, transport, target.getHost(), target.getPort(), zone, LogMapping.parse(mappings(value, files)));
    }

    /** Those named, or all that the platform brings. */
    private static List<YamlValue> mappings(YamlValue value, ReferredFiles files) {
        YamlValue named = value.field("mappings").orElse(null);
        List<YamlValue> mappings = new ArrayList<>();
        if (named == null) {
            for (String name : Mappings.names()) {
                YamlValue mapping = Mappings.read(name);
                if (mapping.required("format").text().equals(LogMapping.FORMAT)) {
                    mappings.add(mapping);
                }
            }
        } else {
            named.itemsOrSelf().forEach(name -> mappings.add(files.mapping(name)));
        }
        return mappings;
    }

    private static URI target(YamlValue value) {
        String wanted = "a syslog source listens: its target is udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT,"
                + " such as udp://0.0.0.0:514";
        URI uri;
        try {
            uri = new URI(value.text());
        } catch (URISyntaxException e) {
            throw value.error(wanted);
        }
        boolean known = uri.getScheme() != null && List.of("udp", "tcp", "tls").contains(uri.getScheme());
        boolean bare = uri.getPath() == null || uri.getPath().isEmpty();
        if (!known || !bare || uri.getHost() == null || uri.getPort() < 0 || uri.getPort() > LAST_PORT) {
            throw value.error(wanted);
        }
        return uri;
    }

    private static ZoneId zone(YamlValue value) {
        try {
            return ZoneId.of(value.text());
        } catch (DateTimeException e) {
            throw value.error("'" + value.text() + "' is no time zone; one is such as Europe/Amsterdam or +01:00");
        }
    }
}
