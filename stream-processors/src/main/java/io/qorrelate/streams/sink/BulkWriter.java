package io.qorrelate.streams.sink;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.transport.TransportException;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.elasticsearch.client.ResponseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one batch with one bulk request, and says of every document what became of it. */
final class BulkWriter {
    private static final Logger LOG = LoggerFactory.getLogger(BulkWriter.class);

    private static final int CONFLICT = 409;
    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NO_ANSWER = -1;

    private final ElasticsearchClient client;
    private final SinkMetrics metrics;

    BulkWriter(ElasticsearchClient client, SinkMetrics metrics) {
        this.client = client;
        this.metrics = metrics;
    }

    /** A document and the record it came from. */
    record Write(Documents.Document document, ConsumerRecord<byte[], byte[]> record) {}

    /** A document that Elasticsearch will never take, and why. */
    record Refusal(Write write, String reason) {}

    /**
     * What is left of a batch.
     *
     * @param retry documents that may be taken another time
     * @param refused documents that never will
     */
    record Result(List<Write> retry, List<Refusal> refused) {}

    Result write(List<Write> batch, Clock clock) {
        if (batch.isEmpty()) {
            return new Result(List.of(), List.of());
        }
        long begin = System.nanoTime();
        try {
            BulkResponse response = client.bulk(request(batch));
            metrics.bulk(Duration.ofNanos(System.nanoTime() - begin));
            return sort(batch, response, clock);
        } catch (ElasticsearchException e) {
            return failed(batch, clock, e.status(), e);
        } catch (ResponseException e) {
            // The client passes some answers on as they came.
            return failed(batch, clock, e.getResponse().getStatusLine().getStatusCode(), e);
        } catch (TransportException e) {
            return failed(batch, clock, e.statusCode(), e);
        } catch (IOException e) {
            return failed(batch, clock, NO_ANSWER, e);
        }
    }

    private Result failed(List<Write> batch, Clock clock, int status, Exception failure) {
        if (status == PAYLOAD_TOO_LARGE) {
            metrics.failure("http_" + status);
            return halves(batch, clock, failure);
        }
        if (status < 0) {
            metrics.failure("unreachable");
            LOG.warn("Elasticsearch cannot be reached, trying again: {}", failure.toString());
        } else if (isTransient(status)) {
            metrics.failure("http_" + status);
            LOG.warn("Elasticsearch refused a bulk of {} for now: {}", batch.size(), failure.getMessage());
        } else {
            // The request as a whole is at fault (a block, a missing privilege): waiting is right, dropping is not.
            metrics.failure("http_" + status);
            LOG.error("Elasticsearch refuses to write at all, trying again: {}", failure.getMessage());
        }
        return new Result(batch, List.of());
    }

    private Result halves(List<Write> batch, Clock clock, Exception tooLarge) {
        if (batch.size() == 1) {
            return new Result(List.of(), List.of(new Refusal(batch.getFirst(), String.valueOf(tooLarge.getMessage()))));
        }
        Result first = write(batch.subList(0, batch.size() / 2), clock);
        Result second = write(batch.subList(batch.size() / 2, batch.size()), clock);
        List<Write> retry = new ArrayList<>(first.retry());
        retry.addAll(second.retry());
        List<Refusal> refused = new ArrayList<>(first.refused());
        refused.addAll(second.refused());
        return new Result(retry, refused);
    }

    private static BulkRequest request(List<Write> batch) {
        List<BulkOperation> operations = new ArrayList<>(batch.size());
        for (Write write : batch) {
            Documents.Document document = write.document();
            BinaryData json =
                    BinaryData.of(document.json().getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
            // Telemetry never changes: a second copy is a duplicate. Findings and incidents do: the last revision
            // counts.
            operations.add(
                    document.index().equals(Indices.TELEMETRY)
                            ? BulkOperation.of(operation -> operation.create(create -> create.index(document.index())
                                    .id(document.id())
                                    .document(json)))
                            : BulkOperation.of(operation -> operation.index(index -> index.index(document.index())
                                    .id(document.id())
                                    .document(json))));
        }
        return BulkRequest.of(request -> request.operations(operations));
    }

    private Result sort(List<Write> batch, BulkResponse response, Clock clock) {
        Deque<Write> retry = new ArrayDeque<>();
        Deque<Refusal> refused = new ArrayDeque<>();
        // From the last to the first: a revision that is written already must not be overwritten by an older one's
        // retry.
        Set<String> written = new HashSet<>();
        List<BulkResponseItem> items = response.items();
        for (int i = batch.size() - 1; i >= 0; i--) {
            Write write = batch.get(i);
            BulkResponseItem item = items.get(i);
            ErrorCause error = item.error();
            String document = write.document().index() + "/" + write.document().id();
            if (error == null) {
                written.add(document);
                metrics.indexed(write, clock.instant());
            } else if (item.status() == CONFLICT && write.document().index().equals(Indices.TELEMETRY)) {
                metrics.duplicate(write.document().index());
            } else if (isTransient(item.status())) {
                if (!written.contains(document)) {
                    metrics.retried(write.document().index());
                    retry.addFirst(write);
                }
            } else {
                refused.addFirst(new Refusal(write, item.status() + " " + describe(error)));
            }
        }
        return new Result(List.copyOf(retry), List.copyOf(refused));
    }

    /** The outer reason often says only where, and the inner one why. */
    private static String describe(ErrorCause error) {
        ErrorCause inner = error.causedBy();
        String reason = error.type() + ": " + error.reason() + (inner == null ? "" : "; " + inner.reason());
        // It quotes the input, and is for a log and for people.
        return reason.replaceAll("\\p{Cntrl}", "?");
    }

    private static boolean isTransient(int status) {
        return status == TOO_MANY_REQUESTS || status >= SERVER_ERROR || status == CONFLICT;
    }
}
