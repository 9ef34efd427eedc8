package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snmp4j.mp.MPv3;
import org.snmp4j.smi.OctetString;

/** Sources of type {@code snmp-trap}: a port on which agents tell of themselves. */
public final class SnmpTraps implements SourceType {
    private static final String NAME = "snmp-trap";

    private static final int DEFAULT_PORT = 162;

    /** Agents have something to tell now and then; quiet for a day is suspicious, for an hour it is a good hour. */
    private static final Duration SILENT_AFTER = Duration.ofDays(1);

    /** Enough to tell the ports of one network apart, in 27 octets of hexadecimal digits at the most (RFC 3411). */
    private static final int ENGINE_BYTES = 8;

    private static final String ALLOW_V2C = "allow_v2c";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("users", "engine", "engines", ALLOW_V2C, "mappings");
    }

    @Override
    public List<String> credentials() {
        return List.of(SnmpPolling.COMMUNITY);
    }

    @Override
    public Duration silentAfter(Duration interval) {
        return SILENT_AFTER;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        SnmpAddress address = SnmpAddress.parse(
                value.required("target"),
                DEFAULT_PORT,
                "an snmp-trap source listens: its target is udp://HOST:PORT, such as udp://0.0.0.0:162");
        Map<String, SnmpUser> users = new LinkedHashMap<>();
        value.field("users")
                .ifPresent(given -> given.items().forEach(each -> {
                    SnmpUser user = user(each, files);
                    if (users.put(user.name(), user) != null) {
                        throw each.required("user").error("user '" + user.name() + "' stands here twice");
                    }
                }));
        Secret community = community(source, value);
        if (users.isEmpty() && community == null) {
            throw value.error("nobody is let in: give 'users', each with 'user', 'auth_password' and 'priv_password'");
        }
        Set<OctetString> engines = new LinkedHashSet<>();
        value.field("engines")
                .ifPresent(given -> given.itemsOrSelf().forEach(engine -> engines.add(Engines.parse(engine))));
        return new TrapPort(
                source,
                address,
                users,
                community,
                value.field("engine").map(Engines::parse).orElseGet(() -> engine(source.id())),
                engines,
                SnmpPolling.mappings(value, files));
    }

    private static SnmpUser user(YamlValue value, ReferredFiles files) {
        List<String> fields = new ArrayList<>(SnmpUser.FIELDS);
        fields.addAll(List.of(SnmpUser.AUTH_PASSWORD, SnmpUser.PRIV_PASSWORD));
        value.rejectUnknown(fields, "a user");
        return SnmpUser.parse(
                value,
                value.field(SnmpUser.AUTH_PASSWORD).map(files::secret).orElse(null),
                value.field(SnmpUser.PRIV_PASSWORD).map(files::secret).orElse(null));
    }

    private static @Nullable Secret community(Source source, YamlValue value) {
        Secret community = source.credentials().get(SnmpPolling.COMMUNITY);
        boolean allowed = value.field(ALLOW_V2C).map(YamlValue::bool).orElse(false);
        if (allowed && community == null) {
            throw value.errorAt(
                    ALLOW_V2C, "version 2c needs 'community' in the credentials, as {env: NAME} or {file: PATH}");
        }
        if (!allowed && community != null) {
            throw value.errorAt(
                    "credentials",
                    "a community is sent in the clear and belongs to version 2c; who wants that says 'allow_v2c: true'");
        }
        return community;
    }

    /** The same at every start: senders of informs remember it. */
    private static OctetString engine(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return new OctetString(MPv3.createLocalEngineID(new OctetString(
                    HexFormat.of().formatHex(digest, 0, ENGINE_BYTES).getBytes(StandardCharsets.US_ASCII))));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
