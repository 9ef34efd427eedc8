package io.qorrelate.collectors.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Errors that the server finds before any route does, in the same form as the routes' own. */
final class JsonErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = request.getAttribute(ERROR_STATUS) instanceof Integer code
                ? code
                : HttpStatus.INTERNAL_SERVER_ERROR_500;
        boolean ours = HttpStatus.isServerError(status);
        Answer.error(
                        status,
                        ours ? "internal" : "bad_request",
                        ours
                                ? "the request failed; the collector's log says why"
                                : String.valueOf(HttpStatus.getMessage(status)))
                .write(response, callback);
        return true;
    }
}
