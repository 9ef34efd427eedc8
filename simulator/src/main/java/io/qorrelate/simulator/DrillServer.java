package io.qorrelate.simulator;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/** Takes orders for drills on a loopback port: {@code POST /drills}, {@code GET /scenarios}, {@code GET /links}. */
public final class DrillServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LARGEST_ORDER_BYTES = 16 << 10;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final Server server;
    private final ServerConnector connector;

    private DrillServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts listening on the loopback interface.
     *
     * @param port TCP port; 0 for a free one
     * @throws IOException where the port cannot be had
     */
    public static DrillServer start(int port, LiveNetwork network) throws IOException {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new Orders(network));
        try {
            server.start();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("drills cannot be ordered on port " + port, e);
        }
        return new DrillServer(server, connector);
    }

    /** The port it listens on. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        LifeCycle.stop(server);
    }

    private static final class Orders extends Handler.Abstract {
        private final LiveNetwork network;

        Orders(LiveNetwork network) {
            this.network = network;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            String route = request.getMethod() + " " + Request.getPathInContext(request);
            switch (route) {
                case "POST /drills" -> order(request, response, callback);
                case "GET /scenarios" -> {
                    ArrayNode list = JSON.createArrayNode();
                    for (Scenario scenario : Scenario.values()) {
                        list.addObject().put("name", scenario.wireName()).put("description", scenario.description());
                    }
                    answer(response, callback, OK, list);
                }
                case "GET /links" -> {
                    ArrayNode list = JSON.createArrayNode();
                    network.simulation().linkIds().forEach(list::add);
                    answer(response, callback, OK, list);
                }
                default -> refuse(response, callback, NOT_FOUND, "POST /drills, GET /scenarios or GET /links");
            }
            return true;
        }

        private void order(Request request, Response response, Callback callback) throws IOException {
            JsonNode order;
            try (InputStream body = Content.Source.asInputStream(request)) {
                order = JSON.readTree(body.readNBytes(LARGEST_ORDER_BYTES));
            } catch (JacksonException e) {
                refuse(response, callback, BAD_REQUEST, "the order is no JSON: " + e.getOriginalMessage());
                return;
            }
            String name = order.path("scenario").asText();
            String link = order.path("link").asText();
            Optional<Scenario> scenario = Scenario.of(name);
            List<String> links = network.simulation().linkIds();
            if (scenario.isEmpty()) {
                refuse(
                        response,
                        callback,
                        NOT_FOUND,
                        "no scenario is named '" + name + "'" + YamlValue.suggestion(name, Scenario.names()));
            } else if (!links.contains(link)) {
                refuse(
                        response,
                        callback,
                        NOT_FOUND,
                        "no link is named '" + link + "'" + YamlValue.suggestion(link, links));
            } else {
                orderMagnitude(scenario.get(), link, order.path("magnitude"), response, callback);
            }
        }

        private void orderMagnitude(
                Scenario scenario, String link, JsonNode given, Response response, Callback callback) {
            boolean own = given.isMissingNode() || given.isNull();
            double magnitude = own ? scenario.magnitude() : given.asDouble();
            // What is no physics would be no telemetry either, and would end the simulation.
            if (own || (given.isNumber() && magnitude > 0 && magnitude <= scenario.largestMagnitude())) {
                play(scenario, link, magnitude, response, callback);
            } else {
                refuse(
                        response,
                        callback,
                        BAD_REQUEST,
                        String.format(
                                Locale.ROOT,
                                "the magnitude of %s must be a number above 0 and at most %.4g, was %s",
                                scenario.wireName(),
                                scenario.largestMagnitude(),
                                given));
            }
        }

        private void play(Scenario scenario, String link, double magnitude, Response response, Callback callback) {
            NetworkSimulation simulation = network.simulation();
            Instant onset = network.clock().instant();
            synchronized (simulation) {
                if (simulation.isDisturbed(link, onset)) {
                    refuse(
                            response,
                            callback,
                            CONFLICT,
                            "something is played on " + link + " already; wait until it is over");
                    return;
                }
                simulation.play(scenario, link, magnitude, onset);
            }
            ObjectNode drill = JSON.createObjectNode();
            drill.put("scenario", scenario.wireName());
            drill.put("link", link);
            drill.put("magnitude", magnitude);
            drill.put("onset", Times.format(onset));
            drill.put("lasts_seconds", scenario.lasts().toSeconds());
            drill.put("expected_class", scenario.expectedClass().name());
            drill.put("expected_subtype", scenario.expectedSubtype().wireName());
            answer(response, callback, ACCEPTED, drill);
        }

        private static void refuse(Response response, Callback callback, int status, String message) {
            answer(response, callback, status, JSON.createObjectNode().put("message", message));
        }

        private static void answer(Response response, Callback callback, int status, JsonNode body) {
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.write(true, ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)), callback);
        }
    }
}
