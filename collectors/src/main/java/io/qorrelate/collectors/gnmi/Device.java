package io.qorrelate.collectors.gnmi;

import com.github.gnmi.proto.Encoding;
import com.github.gnmi.proto.Path;
import com.github.gnmi.proto.SubscribeRequest;
import com.github.gnmi.proto.SubscribeResponse;
import com.github.gnmi.proto.Subscription;
import com.github.gnmi.proto.SubscriptionList;
import com.github.gnmi.proto.SubscriptionMode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.ProtobufJson;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ListeningCollector;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A device to subscribe to.
 *
 * @param serverName name in its certificate, where it is not its host's; else empty
 * @param device name of the target behind a gateway, as the prefix of paths has it; else empty
 * @param origin of all paths; else empty
 */
record Device(
        Source source,
        String host,
        int port,
        boolean tls,
        String serverName,
        String device,
        String origin,
        Encoding encoding,
        GnmiMapping mapping)
        implements ConfiguredSource {

    @Override
    public Collector open(SourceContext context) {
        Stream stream = new Stream(this);
        return ListeningCollector.start(
                source,
                context,
                listener -> stream.listen(
                        listener,
                        context.collectors().intake(),
                        context.collectors().clock()),
                stream::hangUp);
    }

    /** Responses as they come, one in protobuf's binary form or one a line in its JSON. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        Notifications notifications = new Notifications(source, mapping, intake);
        String text = new String(payload, StandardCharsets.UTF_8);
        if (!text.stripLeading().startsWith("{")) {
            return notifications.read(payload, received).intakes();
        }
        List<Intake> intakes = new ArrayList<>();
        for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
            byte[] raw = line.getBytes(StandardCharsets.UTF_8);
            SubscribeResponse.Builder response = SubscribeResponse.newBuilder();
            try {
                JsonFormat.parser().merge(ProtobufJson.withoutMarks(line), response);
                intakes.addAll(
                        notifications.read(response.build(), raw, received).intakes());
            } catch (InvalidProtocolBufferException | RuntimeException e) {
                // What the library does not foresee in a stranger's text, it tells by other exceptions now and then.
                intakes.add(new Intake.Rejected(
                        raw, raw.length, RejectReason.NOT_JSON, "no response of gNMI: " + e.getMessage()));
            }
        }
        return intakes;
    }

    /** All that is there now, once. */
    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        return new Stream(this).once(intake, clock);
    }

    /** Asks for what the mapping wants. */
    SubscribeRequest request(SubscriptionList.Mode mode) {
        SubscriptionList.Builder list = SubscriptionList.newBuilder()
                .setPrefix(Path.newBuilder().setTarget(device))
                .setEncoding(encoding)
                .setMode(mode);
        for (GnmiMapping.Wanted wanted : mapping.wanted()) {
            Subscription.Builder subscription =
                    Subscription.newBuilder().setPath(wanted.path().message(origin));
            if (mode == SubscriptionList.Mode.STREAM) {
                subscription.setMode(wanted.mode()).setSuppressRedundant(wanted.suppressRedundant());
                if (wanted.mode() == SubscriptionMode.SAMPLE) {
                    subscription.setSampleInterval(every(wanted).toNanos());
                }
                Duration heartbeat = wanted.heartbeat();
                if (heartbeat != null) {
                    subscription.setHeartbeatInterval(heartbeat.toNanos());
                }
            }
            list.addSubscription(subscription);
        }
        return SubscribeRequest.newBuilder().setSubscribe(list).build();
    }

    private Duration every(GnmiMapping.Wanted wanted) {
        Duration every = wanted.every();
        return every == null ? source.interval() : every;
    }

    /** How often something must come; zero where nothing need ever. */
    Duration shortestSample() {
        return mapping.wanted().stream()
                .filter(wanted -> wanted.mode() == SubscriptionMode.SAMPLE && !wanted.suppressRedundant())
                .map(this::every)
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
