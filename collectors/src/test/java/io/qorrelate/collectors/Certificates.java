package io.qorrelate.collectors;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test, made by the JDK's keytool: not by the code that is tested. */
public final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;
    private final Path store;
    private final Path authority;

    /** Makes the authority. */
    public Certificates(Path folder, String name) throws Exception {
        this.folder = Files.createDirectories(folder.resolve(name));
        store = this.folder.resolve("store.p12");
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c");
        authority = this.folder.resolve("ca.pem");
        keytool("-exportcert", "-alias", "ca", "-rfc", "-file", authority.toString());
    }

    /** Certificate of the authority, in PEM. */
    public Path authority() {
        return authority;
    }

    /**
     * Makes a certificate for 127.0.0.1 and localhost.
     *
     * @param start when it begins to be valid, such as {@code -2d}
     * @param days for how long it is
     */
    public void issue(String alias, String start, int days) throws Exception {
        Path request = folder.resolve(alias + ".csr");
        Path certificate = folder.resolve(alias + ".pem");
        keytool("-genkeypair", "-alias", alias, "-dname", "CN=" + alias);
        keytool("-certreq", "-alias", alias, "-file", request.toString());
        keytool(
                "-gencert",
                "-alias",
                "ca",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString(),
                "-rfc",
                "-ext",
                "san=ip:127.0.0.1,dns:localhost",
                "-startdate",
                start,
                "-validity",
                Integer.toString(days));
        Files.writeString(key(alias), pem("PRIVATE KEY", stored(alias).getEncoded()));
    }

    /** Certificate, in PEM. */
    public Path certificate(String alias) {
        return folder.resolve(alias + ".pem");
    }

    /** Its key, in PEM. */
    public Path key(String alias) {
        return folder.resolve(alias + ".key");
    }

    /** TLS in the name of a certificate that trusts this authority: the JDK's own way, for the other end. */
    public SSLContext context(String alias) throws GeneralSecurityException, IOException {
        KeyStore ours = KeyStore.getInstance("PKCS12");
        ours.load(null, null);
        ours.setKeyEntry(alias, stored(alias), PASSWORD.toCharArray(), new Certificate[] {read(certificate(alias))});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(ours, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", read(authority));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private Key stored(String alias) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            all.load(file, PASSWORD.toCharArray());
        }
        return all.getKey(alias, PASSWORD.toCharArray());
    }

    private static Certificate read(Path pem) throws GeneralSecurityException, IOException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(pem)));
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }

    private void keytool(String command, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command));
        line.addAll(List.of(arguments));
        // Most of a run is the start of its Java.
        line.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        line.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        if (command.equals("-genkeypair")) {
            line.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        }
        Path log = folder.resolve("keytool.log");
        int exit = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(line + " ended with " + exit + ": " + Files.readString(log));
        }
    }
}
