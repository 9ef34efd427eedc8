package io.qorrelate.collectors.snmp;

import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import org.snmp4j.smi.UdpAddress;

/** Where an agent is, or where to listen: {@code udp://HOST:PORT}. */
record SnmpAddress(String host, int port) {
    private static final int LAST_PORT = 65_535;

    /**
     * Reads one.
     *
     * @param otherwise port where none is named
     * @param wanted what is said of a mistake
     */
    static SnmpAddress parse(YamlValue value, int otherwise, String wanted) {
        URI uri;
        try {
            uri = new URI(value.text());
        } catch (URISyntaxException e) {
            throw value.error(wanted);
        }
        boolean bare = uri.getPath() == null || uri.getPath().isEmpty();
        if (!"udp".equals(uri.getScheme()) || !bare || uri.getHost() == null || uri.getPort() > LAST_PORT) {
            throw value.error(wanted);
        }
        return new SnmpAddress(uri.getHost(), uri.getPort() < 0 ? otherwise : uri.getPort());
    }

    /**
     * The address, its name looked up now.
     *
     * @throws IOException where the name is not known
     */
    UdpAddress resolve() throws IOException {
        try {
            return new UdpAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IOException(host + ": its name is not known", e);
        }
    }
}
