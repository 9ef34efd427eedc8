package io.qorrelate.collectors.otlp;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.qorrelate.collectors.mapping.LogMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log record as patterns look at it: with what syslog would call its parts, under OpenTelemetry's names for them, or those that its
 * collector's syslog receiver gives them.
 *
 * @param peer address that it came from
 */
record LogLine(Resource resource, LogRecord of, String peer) implements LogMessage {
    /** OpenTelemetry's numbers that syslog's severities 0 to 6 begin at: logs data model, appendix B. */
    private static final int[] SEVERITIES = {21, 19, 18, 17, 13, 10, 9};

    private static final int DEBUG = 7;

    @Override
    public @Nullable String app() {
        return first("appname", "service.name");
    }

    @Override
    public @Nullable String msgid() {
        return of.getEventName().isEmpty() ? first("msg_id", "event.name") : of.getEventName();
    }

    /** What the syslog receiver has cut out of a line, else the line. */
    @Override
    public String text() {
        String message = Attributes.find(of.getAttributesList(), "message");
        String body = message == null ? Attributes.text(of.getBody()) : message;
        return body == null ? "" : body;
    }

    @Nullable
    String host() {
        return first("hostname", "host.name");
    }

    @Override
    public @Nullable String header(String name) {
        return switch (name) {
            case "facility" -> first("facility");
            case "severity" -> severity();
            case "host" -> host();
            case "app" -> app();
            case "procid" -> first("proc_id", "process.pid");
            case "msgid" -> msgid();
            case "times" -> "1";
            case "text" -> text();
            case "peer" -> peer;
            default -> null;
        };
    }

    /** An attribute of that name, or a parameter of {@code structured_data}. */
    @Override
    public @Nullable String data(String name) {
        String attribute = first(name);
        int dot = name.indexOf('.');
        if (attribute != null || dot < 0) {
            return attribute;
        }
        AnyValue element = value(of.getAttributesList(), "structured_data");
        element = value(element.getKvlistValue().getValuesList(), name.substring(0, dot));
        return Attributes.text(value(element.getKvlistValue().getValuesList(), name.substring(dot + 1)));
    }

    private static AnyValue value(List<KeyValue> attributes, String name) {
        return attributes.stream()
                .filter(attribute -> attribute.getKey().equals(name))
                .map(KeyValue::getValue)
                .findFirst()
                .orElse(AnyValue.getDefaultInstance());
    }

    private @Nullable String severity() {
        int number = of.getSeverityNumberValue();
        if (number <= 0) {
            return null;
        }
        for (int severity = 0; severity < SEVERITIES.length; severity++) {
            if (number >= SEVERITIES[severity]) {
                return Integer.toString(severity);
            }
        }
        return Integer.toString(DEBUG);
    }

    /** The first of these attributes, of the record or of its resource. */
    private @Nullable String first(String... names) {
        for (String name : names) {
            String found = Attributes.find(of.getAttributesList(), name);
            if (found == null) {
                found = Attributes.find(resource.getAttributesList(), name);
            }
            if (found != null && !found.isEmpty()) {
                return found;
            }
        }
        return null;
    }
}
