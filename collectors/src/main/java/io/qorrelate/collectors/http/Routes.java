package io.qorrelate.collectors.http;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.TelemetryPublisher;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Which request goes where. Runs on a virtual thread, so that it may wait. */
final class Routes extends Handler.Abstract {
    private final TelemetryEndpoint telemetry;
    private final TelemetryPublisher publisher;

    Routes(TelemetryEndpoint telemetry, CollectorContext context) {
        this.telemetry = telemetry;
        this.publisher = context.publisher();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        answer(request).write(response, callback);
        return true;
    }

    private Answer answer(Request request) throws InterruptedException {
        String method = request.getMethod();
        return switch (Request.getPathInContext(request)) {
            case "/v1/telemetry" ->
                HttpMethod.POST.is(method) ? telemetry.post(request) : methodNotAllowed("POST", method);
            case "/health" -> isRead(method) ? live() : methodNotAllowed("GET, HEAD", method);
            case "/ready" -> isRead(method) ? ready() : methodNotAllowed("GET, HEAD", method);
            default ->
                Answer.error(
                        HttpStatus.NOT_FOUND_404,
                        "not_found",
                        "nothing here; telemetry goes to POST /v1/telemetry, probes are /health and /ready");
        };
    }

    private static Answer live() {
        return Answer.of(HttpStatus.OK_200, Map.of("status", "up"));
    }

    private Answer ready() {
        String problem = publisher.problem();
        return problem == null
                ? Answer.of(HttpStatus.OK_200, Map.of("status", "ready"))
                : Answer.error(HttpStatus.SERVICE_UNAVAILABLE_503, "unavailable", problem);
    }

    private static boolean isRead(String method) {
        return HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method);
    }

    private static Answer methodNotAllowed(String allowed, String method) {
        return Answer.error(
                        HttpStatus.METHOD_NOT_ALLOWED_405,
                        "method_not_allowed",
                        method + " is not possible here, only " + allowed)
                .with(HttpHeader.ALLOW, allowed);
    }
}
