package io.qorrelate.app.collectors;

import io.qorrelate.app.embedded.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real broker that lets in whom it knows: by certificate on one port, by password over TLS on another, and the test itself, in the clear,
 * on a third. {@code reader} may read {@code acme.*} in any group; {@code stranger} has a password and may do nothing.
 */
final class GuardedKafka implements AutoCloseable {
    static final String PASSWORD = "with \"quotes\" and \\";

    private static final String STORE_PASSWORD = "changeit";

    private final Path folder;
    private final int plainPort = Ports.free();
    private final int tlsPort = Ports.free();
    private final int saslPort = Ports.free();
    private final KafkaRaftServer server;

    private GuardedKafka(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        for (String alias : List.of("broker", "reader", "other")) {
            certify(alias);
        }
        Path log = Files.createDirectories(folder.resolve("log"));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setMetadataLogDirectory(log.toString())
                .addDirectory(log.toString())
                .run();
        server = new KafkaRaftServer(new KafkaConfig(settings(log), false), Time.SYSTEM);
    }

    static GuardedKafka start(Path folder) throws Exception {
        GuardedKafka kafka = new GuardedKafka(folder);
        kafka.server.startup();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.inTheClear()))) {
            for (String user : List.of("reader", "stranger")) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
                        .all()
                        .get();
            }
            for (String reader : List.of("User:reader", "User:CN=reader")) {
                admin.createAcls(List.of(
                                allowed(reader, ResourceType.TOPIC, "acme."),
                                allowed(reader, ResourceType.GROUP, "guarded-")))
                        .all()
                        .get();
            }
        }
        return kafka;
    }

    private static AclBinding allowed(String who, ResourceType what, String prefix) {
        return new AclBinding(
                new ResourcePattern(what, prefix, PatternType.PREFIXED),
                new AccessControlEntry(who, "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    /** For the test, which may do all. */
    String inTheClear() {
        return "127.0.0.1:" + plainPort;
    }

    /** For who shows the certificate of {@code reader}. */
    String byCertificate() {
        return "127.0.0.1:" + tlsPort;
    }

    /** For who logs in by PLAIN or SCRAM-SHA-512. */
    String byPassword() {
        return "127.0.0.1:" + saslPort;
    }

    /** In PEM: of {@code broker}, {@code reader}, and {@code other}, whom nobody knows. */
    Path certificate(String alias) {
        return folder.resolve(alias + ".pem");
    }

    /** Its key, in PEM. */
    Path key(String alias) {
        return folder.resolve(alias + ".key");
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private Properties settings(Path log) {
        int controllerPort = Ports.free();
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        String offered = "PLAIN://" + inTheClear() + ",TLS://" + byCertificate() + ",LOGIN://" + byPassword();
        settings.put("listeners", offered + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", offered);
        settings.put("listener.security.protocol.map", "PLAIN:PLAINTEXT,TLS:SSL,LOGIN:SASL_SSL,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAIN");
        settings.put("log.dirs", log.toString());
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        settings.put("ssl.keystore.type", "PKCS12");
        settings.put("ssl.keystore.location", folder.resolve("broker.p12").toString());
        settings.put("ssl.keystore.password", STORE_PASSWORD);
        settings.put("ssl.key.password", STORE_PASSWORD);
        settings.put("listener.name.tls.ssl.client.auth", "required");
        settings.put("listener.name.tls.ssl.truststore.type", "PEM");
        settings.put(
                "listener.name.tls.ssl.truststore.location",
                certificate("reader").toString());
        settings.put("listener.name.login.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        settings.put(
                "listener.name.login.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_reader=\""
                        + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
        settings.put(
                "listener.name.login.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;");
        return settings;
    }

    private void certify(String alias) throws Exception {
        Path store = folder.resolve(alias + ".p12");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=" + alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "30");
        keytool(
                store,
                "-exportcert",
                "-alias",
                alias,
                "-rfc",
                "-file",
                certificate(alias).toString());
        Files.writeString(
                key(alias),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(key(store, alias))
                        + "\n-----END PRIVATE KEY-----\n");
    }

    private static byte[] key(Path store, String alias) throws GeneralSecurityException, IOException {
        KeyStore read = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            read.load(file, STORE_PASSWORD.toCharArray());
        }
        return read.getKey(alias, STORE_PASSWORD.toCharArray()).getEncoded();
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(arguments));
        line.addAll(List.of("-keystore", store.toString(), "-storepass", STORE_PASSWORD));
        int exit = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(line + " ended with " + exit);
        }
    }
}
