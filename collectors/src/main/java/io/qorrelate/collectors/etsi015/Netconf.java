package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node by NETCONF on SSH.
 *
 * @param stream name of the stream of notifications; null where there is none to listen to
 */
record Netconf(
        Source source,
        URI target,
        HostKeys hostKeys,
        Ssh ssh,
        @Nullable String stream,
        Refusals refusals) implements NodeAccess {
    /** As of an answer over HTTP. */
    static final int MAX_MESSAGE_BYTES = Restconf.MAX_BODY_BYTES;

    private static final String BASE = "urn:ietf:params:xml:ns:netconf:base:1.0";
    private static final String BASE_1_0 = "urn:ietf:params:netconf:base:1.0";
    private static final String BASE_1_1 = "urn:ietf:params:netconf:base:1.1";

    /** RFC 6241, section 8.1. */
    private static final String HELLO = "<hello xmlns=\"" + BASE + "\"><capabilities><capability>" + BASE_1_0
            + "</capability><capability>" + BASE_1_1 + "</capability></capabilities></hello>";

    /** RFC 6241, sections 6.2.4 and 7.7. */
    private static final String GET =
            "<get><filter type=\"subtree\"><qkd_node" + " xmlns=\"urn:etsi:qkd:yang:etsi-qkd-node\"/></filter></get>";

    /** So many answers to somebody else, or notifications between, are not waited through. */
    private static final int MOST_OTHERS = 1_000;

    @Override
    public boolean isForNotifications() {
        return stream != null;
    }

    @Override
    public Session open() {
        return new NetconfSession();
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, source.target() + ": " + what);
    }

    private Told refused(SshRefusal refusal) {
        String principal = refusal.byServer() ? Etsi015.username(source) : target.getHost();
        return Told.nothing(
                refusals.of(
                        Etsi015.anyLink(source), refusal.reason(), principal, refusal.byServer(), refusal.getMessage()),
                trouble(refusal.byServer() ? "unauthorized" : "host_key", String.valueOf(refusal.getMessage())));
    }

    /** What an {@code rpc-error} says, RFC 6241, section 4.3. */
    private Told error(JsonNode errors) {
        JsonNode error = errors.path(0);
        String tag = error.path("error-tag").asText();
        String message =
                Refusals.shortened((tag + ": " + error.path("error-message").asText("")).strip());
        return tag.equals("access-denied")
                ? Told.nothing(
                        refusals.of(
                                Etsi015.anyLink(source),
                                AuthFailure.Reason.UNKNOWN_PRINCIPAL,
                                Etsi015.username(source),
                                true,
                                message),
                        trouble("unauthorized", "does not let us read: " + message))
                : Told.nothing(trouble("rpc_error", "answers with an error, " + message));
    }

    /** One channel, opened when it is needed and kept until it fails. */
    private final class NetconfSession implements Session {
        private volatile Ssh.@Nullable Connection connection;
        private volatile boolean closed;
        private @Nullable NetconfFrames frames;
        private long messageId;

        @Override
        public Told ask() throws IOException {
            boolean kept = connection != null;
            try {
                return call(GET);
            } catch (SshRefusal e) {
                return refused(e);
            } catch (NoCredentials e) {
                throw e;
            } catch (IOException e) {
                if (!kept || closed) {
                    return failed(e);
                }
            }
            // A node may close what was not used for a while.
            try {
                return call(GET);
            } catch (SshRefusal e) {
                return refused(e);
            } catch (NoCredentials e) {
                throw e;
            } catch (IOException e) {
                return failed(e);
            }
        }

        private Told failed(IOException failure) {
            String words = String.valueOf(failure.getMessage());
            return Told.nothing(trouble(words.startsWith("does not answer") ? "timeout" : "unreachable", words));
        }

        @Override
        public Told listen(Hearer hearer) throws IOException, InterruptedException {
            try {
                Told told =
                        call("<create-subscription xmlns=\"urn:ietf:params:xml:ns:netconf:notification:1.0\"><stream>"
                                + stream + "</stream></create-subscription>");
                if (told.trouble() != null) {
                    return told;
                }
                hearer.subscribed();
                while (true) {
                    NetconfFrames.Message message = frames().next();
                    if (message == null) {
                        return Told.nothing(trouble("ended", "ended its notifications"));
                    }
                    hearer.heard(message.cut() ? tooLong(message, null) : Told.of(message.bytes()));
                }
            } catch (SshRefusal e) {
                return refused(e);
            } catch (NoCredentials e) {
                throw e;
            } catch (IOException e) {
                return failed(e);
            } finally {
                drop();
            }
        }

        private Told tooLong(NetconfFrames.Message message, Poll.@Nullable Trouble trouble) {
            Intake rejected = new Intake.Rejected(
                    message.bytes(),
                    message.bytes().length + 1L,
                    RejectReason.TOO_LARGE,
                    "a message has at most " + MAX_MESSAGE_BYTES + " bytes");
            return new Told(null, List.of(rejected), trouble);
        }

        private NetconfFrames frames() throws IOException {
            NetconfFrames open = frames;
            if (open == null) {
                throw new IOException("is not connected");
            }
            return open;
        }

        /** Sends an operation and waits for its answer, connecting before it where there is no connection. */
        private Told call(String operation) throws IOException {
            boolean sound = false;
            try {
                if (connection == null) {
                    connect();
                }
                long id = ++messageId;
                Told told = watched(() -> {
                    frames().send("<rpc xmlns=\"" + BASE + "\" message-id=\"" + id + "\">" + operation + "</rpc>");
                    return answer(id);
                });
                sound = told.trouble() == null
                        || "rpc_error".equals(told.trouble().reason())
                        || "unauthorized".equals(told.trouble().reason());
                return told;
            } finally {
                if (!sound) {
                    drop();
                }
            }
        }

        private void connect() throws IOException {
            if (closed) {
                throw new IOException("is no longer asked");
            }
            Ssh.Connection made = ssh.connect(source, target, hostKeys);
            connection = made;
            NetconfFrames open = new NetconfFrames(
                    made.channel().getInvertedOut(), made.channel().getInvertedIn(), MAX_MESSAGE_BYTES);
            frames = open;
            messageId = 0;
            var unused = watched(() -> {
                open.send(HELLO);
                if (saysItChunks(open.next())) {
                    open.inChunks();
                }
                return open;
            });
        }

        private static boolean saysItChunks(NetconfFrames.@Nullable Message hello) throws IOException {
            if (hello == null || hello.cut()) {
                throw new IOException("does not speak NETCONF");
            }
            try {
                JsonNode said = YangDocument.read(hello.bytes())
                        .path("hello")
                        .path("capabilities")
                        .path("capability");
                boolean chunks = false;
                boolean any = false;
                for (JsonNode each : said.isArray()
                        ? said
                        : com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                .arrayNode()
                                .add(said)) {
                    chunks |= each.asText().strip().equals(BASE_1_1);
                    any |= each.asText().strip().startsWith("urn:ietf:params:netconf:base:");
                }
                if (!any) {
                    throw new IOException("does not speak NETCONF: its hello names no version");
                }
                return chunks;
            } catch (Malformed e) {
                throw new IOException("does not speak NETCONF: its hello is " + e.getMessage());
            }
        }

        private Told answer(long id) throws IOException {
            for (int others = 0; others < MOST_OTHERS; others++) {
                NetconfFrames.Message message = frames().next();
                if (message == null) {
                    throw new IOException("closed the connection instead of answering");
                }
                if (message.cut()) {
                    return tooLong(message, trouble("bad_answer", "answers with more than a node's data may have"));
                }
                ObjectNode tree;
                try {
                    tree = YangDocument.read(message.bytes());
                } catch (Malformed e) {
                    Intake rejected = new Intake.Rejected(
                            message.bytes(), message.bytes().length, e.reason(), String.valueOf(e.getMessage()));
                    return Told.nothing(rejected, trouble("bad_answer", "answers with what is " + e.getMessage()));
                }
                JsonNode reply = tree.path("rpc-reply");
                if (reply.isObject()
                        && reply.path(YangXml.ATTRIBUTE + "message-id").asText().equals(Long.toString(id))) {
                    return reply.has("rpc-error") ? error(reply.path("rpc-error")) : Told.of(message.bytes());
                }
            }
            throw new IOException("says much, and does not answer");
        }

        /** What waits for the node. */
        private interface Exchange<T> {
            T run() throws IOException;
        }

        /** Hangs up where it takes longer than an answer may. */
        private <T> T watched(Exchange<T> exchange) throws IOException {
            Watchdog watchdog = new Watchdog(source.timeout(), this::drop);
            try {
                return exchange.run();
            } catch (IOException e) {
                throw watchdog.hasBitten()
                        ? new IOException(
                                "does not answer within " + source.timeout().toMillis() + " ms", e)
                        : e;
            } finally {
                watchdog.close();
            }
        }

        private void drop() {
            Ssh.Connection open = connection;
            connection = null;
            if (open != null) {
                open.close();
            }
        }

        @Override
        public void close() {
            closed = true;
            drop();
        }
    }
}
