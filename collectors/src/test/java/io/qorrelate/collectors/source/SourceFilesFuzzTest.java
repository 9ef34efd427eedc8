package io.qorrelate.collectors.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.Certificates;
import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.etsi014.Etsi014;
import io.qorrelate.collectors.etsi015.Etsi015;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.gnmi.Gnmi;
import io.qorrelate.collectors.kafka.Kafka;
import io.qorrelate.collectors.mqtt.Mqtt;
import io.qorrelate.collectors.otlp.Otlp;
import io.qorrelate.collectors.prometheus.Prometheus;
import io.qorrelate.collectors.snmp.SnmpPolling;
import io.qorrelate.collectors.snmp.SnmpTraps;
import io.qorrelate.collectors.syslog.Syslog;
import io.qorrelate.fuzzing.Fuzz;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator, or whatever writes files for them, may write: a complaint with a place at worst. */
class SourceFilesFuzzTest {
    private static final List<SourceType> TYPES = List.of(
            new Etsi014(),
            new Etsi015(),
            new TailedFile(),
            new Gnmi(),
            new Kafka(),
            new Mqtt(),
            new Otlp(),
            new Prometheus(),
            new SnmpPolling(),
            new SnmpTraps(),
            new Syslog());

    private static final List<String> SOURCES = List.of(
            "{id: k, type: etsi014, target: 'https://k:8443', credentials: {certificate: {file: a.pem}, key: {file: a.key},"
                    + " trust: {env: CA}}, links: {SAE-B: a~b}, interval: 10s}",
            "{id: n, type: etsi015, target: 'ssh://h:830', node: n, links: {l: a~b}, host_key: 'SHA256:"
                    + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU', credentials: {username: {env: U}, password: {env: P}}}",
            "{id: f, type: file, target: /tmp/x.csv, mapping: qkd-csv, link: a~b, silent_after: 5m}",
            "{id: g, type: gnmi, target: 'grpc://127.0.0.1:9', mappings: [openconfig-optical], links: {OCH-1-1: a~b}}",
            "{id: b, type: kafka, target: 'k-1:9092,k-2:9092', topics: [t], mapping: facility-json, node: n}",
            "{id: p, type: kafka, target: 'k-1:9092', pattern: 'acme[.].*', mapping: facility-json, by: /room}",
            "{id: m, type: mqtt, target: 'mqtt://h:1883', topics: [{topic: 'qkd/{link}/+/#', mapping: facility-json}, e]}",
            "{id: o, type: otlp, target: 'http://127.0.0.1:4318', nodes: {h: n}}",
            "{id: x, type: prometheus, target: 'http://127.0.0.1:9/m', mapping: qkd-metrics}",
            "{id: a, type: snmp, target: 'udp://h', version: 2c, credentials: {community: {env: C}}, mappings: [if-mib],"
                    + " links: {'3': a~b}}",
            "{id: t, type: snmp-trap, target: 'udp://127.0.0.1:162', users: [{user: u, auth: sha256, priv: aes128,"
                    + " auth_password: {env: A}, priv_password: {env: P}}], engines: [80001f880401020304], mappings: [if-mib]}",
            "{id: s, type: syslog, target: 'udp://127.0.0.1:5514', zone: Europe/Amsterdam, nodes: {h: n}}");

    /** Where a mapping may be named; {@code ./m.yml} is it. */
    private static final Map<SourceType, String> USES = uses();

    @TempDir
    private Path folder;

    private static Map<SourceType, String> uses() {
        Map<SourceType, String> uses = new LinkedHashMap<>();
        uses.put(new Etsi014(), "target: 'https://k:1', links: {B: a~b}, mapping: ./m.yml");
        uses.put(new Etsi015(), "target: 'https://k:1', node: n, links: {l: a~b}, mapping: ./m.yml");
        uses.put(new TailedFile(), "target: /t, mapping: ./m.yml");
        uses.put(new Gnmi(), "target: 'grpc://h:9', node: n, mappings: [./m.yml]");
        uses.put(new Kafka(), "target: 'k:1', topics: t, mapping: ./m.yml");
        uses.put(new Mqtt(), "target: 'mqtt://h:1', topics: [{topic: t, mapping: ./m.yml}]");
        uses.put(new Otlp(), "target: 'http://h:1', node: n, mappings: [./m.yml]");
        uses.put(new Prometheus(), "target: 'http://h:9/m', mapping: ./m.yml");
        uses.put(
                new SnmpPolling(),
                "target: 'udp://h', version: 2c, credentials: {community: {env: C}}, node: n, mappings: [./m.yml]");
        uses.put(
                new SnmpTraps(),
                "target: 'udp://h:1', allow_v2c: true, credentials: {community: {env: C}}, node: n, mappings: [./m.yml]");
        uses.put(new Syslog(), "target: 'tcp://h:1', mappings: [./m.yml]");
        return uses;
    }

    @FunctionalInterface
    private interface Reading {
        Object read() throws IOException;
    }

    private static boolean isReadOrComplainedOf(Reading reading) throws IOException {
        try {
            reading.read();
            return true;
        } catch (InvalidYaml e) {
            assertThat(e.getMessage()).containsPattern("\\.yml");
            return false;
        }
    }

    @Test
    void sourcesFiles() throws IOException {
        List<byte[]> sound = new ArrayList<>();
        sound.add(("sources:\n- " + String.join("\n- ", SOURCES) + "\n").getBytes(UTF_8));
        SOURCES.forEach(source -> sound.add(("sources:\n  - " + source + "\n").getBytes(UTF_8)));
        Path file = folder.resolve("sources.yml");
        for (byte[] each : sound) {
            Files.write(file, each);
            assertThat(SourceFile.read(file, TYPES).entries()).isNotEmpty();
        }
        Fuzz.survive("sources file", sound, input -> {
            Files.write(file, input);
            isReadOrComplainedOf(() -> SourceFile.read(file, TYPES));
        });
    }

    /** Read by every type of source; and those that it is a mapping for read what they should be able to. */
    @Test
    void mappings() throws IOException {
        List<byte[]> said = new ArrayList<>();
        for (String sample : List.of(
                "sample.json",
                "sample.log",
                "sample.txt",
                "traps.txt",
                "sample.csv",
                "sample.otlp.json",
                "sample.gnmi.ndjson")) {
            said.addAll(Fuzzed.samples(sample).subList(0, 1));
        }
        Fuzz.survive("mappings", Fuzzed.samples("mapping.yml"), input -> {
            Files.write(folder.resolve("m.yml"), input);
            for (Map.Entry<SourceType, String> use : USES.entrySet()) {
                List<ConfiguredSource> read = new ArrayList<>();
                if (isReadOrComplainedOf(() -> read.add(Fuzzed.source(folder, use.getKey(), use.getValue())))) {
                    said.forEach(each -> Fuzzed.read(read.getFirst(), each));
                }
            }
        });
    }

    @Test
    void keysAndCertificates() throws Exception {
        Certificates authority = new Certificates(folder, "authority");
        authority.issue("collector", "-1d", 10);
        byte[] certificate = Files.readAllBytes(authority.certificate("collector"));
        byte[] key = Files.readAllBytes(authority.key("collector"));
        List<byte[]> sound = List.of(
                key,
                certificate,
                encrypted(),
                "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n".getBytes(UTF_8));
        Path spoilt = folder.resolve("spoilt.pem");
        Path password = Files.writeString(folder.resolve("password"), "changeit\n");
        List<Map<String, Path>> uses = List.of(
                Map.of("certificate", authority.certificate("collector"), "key", spoilt),
                Map.of("certificate", authority.certificate("collector"), "key", spoilt, "key_password", password),
                Map.of("certificate", spoilt, "key", authority.key("collector")),
                Map.of("trust", spoilt));
        Fuzz.survive("keys and certificates in PEM", sound, input -> {
            Files.write(spoilt, input);
            for (Map<String, Path> use : uses) {
                Map<String, Secret> secrets = new LinkedHashMap<>();
                use.forEach((name, path) -> secrets.put(name, new Secret.File(path)));
                try {
                    var unused = TlsIdentity.of(new Credentials(secrets));
                } catch (NoCredentials e) {
                    assertThat(e.getMessage()).containsAnyOf("'", "do not fit together", "spoilt.pem");
                }
            }
        });
    }

    private static byte[] encrypted() throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        SecretKey password =
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec("changeit".toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.ENCRYPT_MODE, password);
        // By the name that stands in such files.
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
        parameters.init(cipher.getParameters().getEncoded());
        byte[] der = new EncryptedPrivateKeyInfo(
                        parameters,
                        cipher.doFinal(keys.generateKeyPair().getPrivate().getEncoded()))
                .getEncoded();
        ByteArrayOutputStream pem = new ByteArrayOutputStream();
        pem.writeBytes("-----BEGIN ENCRYPTED PRIVATE KEY-----\n".getBytes(UTF_8));
        pem.writeBytes(Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der));
        pem.writeBytes("\n-----END ENCRYPTED PRIVATE KEY-----\n".getBytes(UTF_8));
        return pem.toByteArray();
    }
}
