package io.qorrelate.app;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import io.qorrelate.app.embedded.StartupException;
import io.qorrelate.streams.sink.IndexTemplates;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;

/** A connection to Elasticsearch. */
final class Elasticsearch implements AutoCloseable {
    private static final int CONNECT_MS = (int) Duration.ofSeconds(3).toMillis();
    private static final int ANSWER_MS = (int) Duration.ofSeconds(60).toMillis();

    private final URI url;
    private final RestClientTransport transport;
    private final ElasticsearchClient client;

    /**
     * Connects.
     *
     * @param apiKey key for a server with security; null where it has none
     */
    Elasticsearch(URI url, @Nullable String apiKey) {
        this.url = requireAddress(url);
        var builder = RestClient.builder(HttpHost.create(url.toString()))
                .setRequestConfigCallback(
                        request -> request.setConnectTimeout(CONNECT_MS).setSocketTimeout(ANSWER_MS));
        if (apiKey != null) {
            builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", "ApiKey " + apiKey)});
        }
        transport = new RestClientTransport(builder.build(), new JacksonJsonpMapper());
        client = new ElasticsearchClient(transport);
    }

    /** {@code localhost:9200} is a URL too, of the scheme {@code localhost}. */
    static URI requireAddress(URI url) {
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new StartupException("'" + url + "' is no address of Elasticsearch; it is http://HOST:PORT");
        }
        return url;
    }

    /** Installs the index templates; whoever starts asks this first, so it is where an absent server is told. */
    void installTemplates(int replicas) {
        try {
            IndexTemplates.install(client, replicas);
        } catch (IOException e) {
            throw new StartupException("Elasticsearch at " + url + " cannot be reached: " + e.getMessage(), e);
        }
    }

    ElasticsearchClient client() {
        return client;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
