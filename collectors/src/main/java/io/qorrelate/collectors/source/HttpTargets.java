package io.qorrelate.collectors.source;

import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What sources that are asked over HTTP have in common when they are read: a URL, and who asks. */
public final class HttpTargets {
    /** A client for each set of credentials, not for each source: thousands of sources mostly share one identity. */
    private final Map<Credentials, HttpConnection> connections = new ConcurrentHashMap<>();

    /** The connection in the name of a source's credentials. */
    public HttpConnection connection(Source source) {
        return connections.computeIfAbsent(source.credentials(), HttpConnection::new);
    }

    /**
     * The target as an absolute URL of HTTP or HTTPS; the former only where there is nothing to keep secret.
     *
     * @param wanted what a target of this type is, with an example
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static URI url(Source source, YamlValue value, String wanted) {
        YamlValue target = value.required("target");
        URI uri;
        try {
            uri = new URI(source.target());
        } catch (URISyntaxException e) {
            throw target.error(wanted);
        }
        boolean http = "http".equals(uri.getScheme());
        if (uri.getHost() == null || !(http || "https".equals(uri.getScheme()))) {
            throw target.error(wanted);
        }
        if (uri.getUserInfo() != null) {
            throw target.error("a target holds no password; who we are is said by 'credentials'");
        }
        if (http && !source.credentials().secrets().isEmpty()) {
            throw target.error(
                    "credentials would be sent in the clear; a target with credentials begins with https://");
        }
        return uri;
    }

    /** The same for interfaces whose paths are the standard's, so that a target ends with the path that they begin at. */
    public static URI base(Source source, YamlValue value, String wanted) {
        URI uri = url(source, value, wanted);
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw value.required("target").error("a target has a host, a port and perhaps a path, and nothing else");
        }
        return uri;
    }
}
