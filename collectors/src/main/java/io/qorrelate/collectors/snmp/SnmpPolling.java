package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snmp4j.smi.OctetString;

/** Sources of type {@code snmp}: agents that are polled. */
public final class SnmpPolling implements SourceType {
    private static final String NAME = "snmp";

    private static final int DEFAULT_PORT = 161;

    private static final int SILENT_ROUNDS = 6;

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(1);

    static final String COMMUNITY = "community";

    private final SharedSession session = new SharedSession();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        List<String> fields = new ArrayList<>(SnmpUser.FIELDS);
        fields.addAll(List.of("version", "engine", "context", "mappings"));
        return fields;
    }

    @Override
    public List<String> credentials() {
        return List.of(SnmpUser.AUTH_PASSWORD, SnmpUser.PRIV_PASSWORD, COMMUNITY);
    }

    @Override
    public Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        SnmpAddress address = SnmpAddress.parse(
                value.required("target"),
                DEFAULT_PORT,
                "an agent's target is udp://HOST or udp://HOST:PORT, such as udp://ups-ams.example:161");
        Map<String, Secret> secrets = source.credentials().secrets();
        SnmpUser user = null;
        Secret community = null;
        if (isVersion2c(value)) {
            for (String field : List.of("user", "auth", "priv", "engine", "context")) {
                if (value.field(field).isPresent()) {
                    throw value.errorAt(
                            field, "'" + field + "' belongs to version 3, and this source says 'version: 2c'");
                }
            }
            community = secrets.get(COMMUNITY);
            if (community == null || secrets.size() > 1) {
                throw value.error("version 2c needs 'community' in its credentials, as {env: NAME} or {file: PATH}, and"
                        + " nothing else");
            }
        } else {
            if (secrets.containsKey(COMMUNITY)) {
                throw value.errorAt(
                        "credentials",
                        "a community is sent in the clear and belongs to version 2c; who wants that says 'version: 2c'");
            }
            user = SnmpUser.parse(value, secrets.get(SnmpUser.AUTH_PASSWORD), secrets.get(SnmpUser.PRIV_PASSWORD));
        }
        return new Agent(
                source,
                address,
                user,
                community,
                value.field("engine").map(Engines::parse).orElse(null),
                new OctetString(
                        value.field("context").map(YamlValue::text).orElse("").getBytes(StandardCharsets.UTF_8)),
                mappings(value, files),
                session);
    }

    private static boolean isVersion2c(YamlValue value) {
        YamlValue version = value.field("version").orElse(null);
        if (version == null) {
            return false;
        }
        return switch (version.text()) {
            case "3" -> false;
            case "2c" -> true;
            default ->
                throw version.error("'version' is 3 (as where it is not given) or 2c, was '" + version.text() + "'");
        };
    }

    static List<SnmpMapping> mappings(YamlValue value, ReferredFiles files) {
        List<YamlValue> mappings = new ArrayList<>();
        for (YamlValue name : value.required("mappings").itemsOrSelf()) {
            mappings.add(files.mapping(name));
        }
        return SnmpMapping.parse(mappings);
    }
}
