package io.qorrelate.app;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
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

    private final RestClientTransport transport;
    private final ElasticsearchClient client;

    /**
     * Connects.
     *
     * @param apiKey key for a server with security; null where it has none
     */
    Elasticsearch(URI url, @Nullable String apiKey) {
        var builder = RestClient.builder(HttpHost.create(url.toString()))
                .setRequestConfigCallback(
                        request -> request.setConnectTimeout(CONNECT_MS).setSocketTimeout(ANSWER_MS));
        if (apiKey != null) {
            builder.setDefaultHeaders(new Header[] {new BasicHeader("Authorization", "ApiKey " + apiKey)});
        }
        transport = new RestClientTransport(builder.build(), new JacksonJsonpMapper());
        client = new ElasticsearchClient(transport);
    }

    ElasticsearchClient client() {
        return client;
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
