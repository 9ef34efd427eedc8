package io.qorrelate.benchmarks.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** Equipment to ask: exporters over HTTP, and key management entities over TLS that want a certificate, on the JDK's own servers. */
final class Targets implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private static final int BACKLOG = 1_024;

    private final Path folder;
    private final HttpServer exporters;
    private final HttpsServer entities;

    /**
     * Starts them.
     *
     * @param folder for keys
     * @param polls told of each answer
     */
    Targets(Path folder, Polls polls) throws IOException, InterruptedException, GeneralSecurityException {
        this.folder = folder;
        // Thousands of idle connections are kept, as between real machines.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        exporters = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        exporters.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        exporters.createContext("/", exchange -> {
            String link = exchange.getRequestURI().getPath().substring(1);
            long number = polls.answer();
            answer(
                    exchange,
                    "qkd_qber{link=\"%s\"} 0.02%d%nqkd_sifted_bits{link=\"%s\"} %d%n"
                            .formatted(link, number % 100, link, number));
        });
        exporters.start();
        SSLContext context = certificates();
        entities = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        entities.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = getSSLContext().getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        entities.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        entities.createContext(
                "/",
                exchange -> answer(
                        exchange,
                        "{\"source_KME_ID\":\"A\",\"target_KME_ID\":\"B\",\"master_SAE_ID\":\"M\",\"slave_SAE_ID\":\"S\",\"key_size\":256,"
                                + "\"stored_key_count\":" + polls.answer()
                                + ",\"max_key_count\":1000000000,\"max_key_per_request\":128,\"max_key_size\":1024,\"min_key_size\":64,"
                                + "\"max_SAE_ID_count\":0}"));
        entities.start();
    }

    String exporter(int number) {
        return "  - {id: exporter-%d, type: prometheus, target: 'http://127.0.0.1:%d/load-%d', mapping: qkd-metrics, interval: 10s}\n"
                .formatted(number, exporters.getAddress().getPort(), number);
    }

    String entity(int number) {
        return "  - {id: kme-%d, type: etsi014, target: 'https://127.0.0.1:%d/%d', links: {S: load-%d}, interval: 10s,\n"
                        .formatted(number, entities.getAddress().getPort(), number, number)
                + "     credentials: {certificate: {file: kme.pem}, key: {file: kme.key}, trust: {file: kme.pem}}}\n";
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** One certificate for both ends, made by keytool. */
    private SSLContext certificates() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("kme.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "kme",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=kme",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool made no certificate");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(store)) {
            keys.load(bytes, PASSWORD.toCharArray());
        }
        pem("kme.pem", "CERTIFICATE", keys.getCertificate("kme").getEncoded());
        pem("kme.key", "PRIVATE KEY", keys.getKey("kme", PASSWORD.toCharArray()).getEncoded());
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("kme", keys.getCertificate("kme"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private void pem(String file, String what, byte[] der) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                        .formatted(what, Base64.getMimeEncoder().encodeToString(der), what));
    }

    @Override
    public void close() {
        exporters.stop(0);
        entities.stop(0);
    }
}
