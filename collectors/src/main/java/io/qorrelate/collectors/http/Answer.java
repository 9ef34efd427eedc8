package io.qorrelate.collectors.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What a request is answered with: a status, perhaps headers, and a JSON object. */
record Answer(int status, Map<HttpHeader, String> headers, Map<String, Object> body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer of(int status, Map<String, Object> body) {
        return new Answer(status, Map.of(), body);
    }

    static Answer error(int status, String error, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("message", message);
        return of(status, body);
    }

    Answer with(HttpHeader header, String value) {
        Map<HttpHeader, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }

    /** Whether the same request can have no other answer. */
    boolean isFinal() {
        return status == HttpStatus.ACCEPTED_202
                || "no_events".equals(body.get("error"))
                || "empty".equals(body.get("error"));
    }

    byte[] json() {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("maps of text and numbers are JSON", e);
        }
    }

    void write(Response response, Callback callback) {
        byte[] bytes = json();
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        headers.forEach((header, value) -> response.getHeaders().put(header, value));
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }
}
