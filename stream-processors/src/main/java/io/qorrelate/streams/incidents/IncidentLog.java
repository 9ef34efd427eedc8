package io.qorrelate.streams.incidents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Incident;
import io.qorrelate.model.Severity;
import io.qorrelate.model.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of one scope that are open or were until a moment ago. A fold: a finding, new or revised, joins the incident
 * that it overlaps in time, or opens another.
 */
public final class IncidentLog {
    /**
     * Findings whose onsets lie no further apart than this belong to one incident. Wide enough for the spread of detection
     * delays between links that report every few minutes, narrow enough that two works on the same duct on one day stay two.
     */
    static final Duration JOIN_WITHIN = Duration.ofMinutes(15);

    /** An incident that ended keeps its place this long, for revisions of its findings that come late. */
    private static final Duration KEEP = Duration.ofHours(24);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<Member>> incidents;

    private IncidentLog(Map<String, List<Member>> incidents) {
        this.incidents = incidents;
    }

    /** What an incident remembers of a finding. */
    private record Member(
            String id,
            @Nullable String link,
            @Nullable String node,
            AnomalyClass anomalyClass,
            @Nullable String subtype,
            Severity severity,
            Instant onset,
            Instant updated,
            @Nullable Instant ended) {

        static Member of(Finding finding) {
            Instant updated = finding.ended() != null ? finding.ended() : finding.detected();
            return new Member(
                    finding.id(),
                    finding.link(),
                    finding.node(),
                    finding.anomalyClass(),
                    finding.subtype() == null ? null : finding.subtype().wireName(),
                    finding.severity(),
                    finding.onset(),
                    updated,
                    finding.ended());
        }
    }

    /** No incident yet. */
    public static IncidentLog empty() {
        return new IncidentLog(new LinkedHashMap<>());
    }

    /** Takes a finding in, and gives the incident it now belongs to. */
    public Incident add(Finding finding, Scope scope) {
        Member member = Member.of(finding);
        forgetBefore(member.updated().minus(KEEP));
        String incident = incidentOf(member);
        if (incident == null) {
            incident = "incident-" + finding.id();
            incidents.put(incident, new ArrayList<>());
        }
        List<Member> members = Objects.requireNonNull(incidents.get(incident));
        members.removeIf(known -> known.id().equals(member.id()));
        members.add(member);
        return describe(incident, scope, members);
    }

    private @Nullable String incidentOf(Member member) {
        for (Map.Entry<String, List<Member>> incident : incidents.entrySet()) {
            if (incident.getValue().stream().anyMatch(known -> known.id().equals(member.id()))) {
                return incident.getKey();
            }
        }
        for (Map.Entry<String, List<Member>> incident : incidents.entrySet()) {
            if (incident.getValue().stream().anyMatch(known -> near(known, member))) {
                return incident.getKey();
            }
        }
        return null;
    }

    private static boolean near(Member known, Member member) {
        return Duration.between(known.onset(), member.onset()).abs().compareTo(JOIN_WITHIN) <= 0;
    }

    private void forgetBefore(Instant time) {
        incidents
                .values()
                .removeIf(members -> members.stream()
                        .allMatch(member ->
                                member.ended() != null && member.updated().isBefore(time)));
    }

    private static Incident describe(String id, Scope scope, List<Member> members) {
        Member gravest = members.stream()
                .max(Comparator.comparing(Member::severity)
                        .thenComparing(Member::onset, Comparator.reverseOrder())
                        .thenComparing(Member::id))
                .orElseThrow();
        Instant opened = members.stream()
                .map(Member::onset)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant updated = members.stream()
                .map(Member::updated)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        boolean over = members.stream().allMatch(member -> member.ended() != null);
        List<String> links = distinct(members.stream().map(Member::link));
        List<String> nodes = distinct(members.stream().map(Member::node));
        return new Incident(
                id,
                scope.id(),
                scope.what(),
                gravest.anomalyClass(),
                gravest.severity(),
                opened,
                updated,
                over ? updated : null,
                links,
                nodes,
                members.stream().map(Member::id).toList(),
                summary(scope, members, gravest, links, nodes, opened, over));
    }

    private static String summary(
            Scope scope,
            List<Member> members,
            Member gravest,
            List<String> links,
            List<String> nodes,
            Instant opened,
            boolean over) {
        // A finding on a link names the node that reported it, which is no second place.
        List<String> places = links.isEmpty() ? nodes : links;
        String where = places.size() == 1 ? places.getFirst() : places.size() + (links.isEmpty() ? " nodes" : " links");
        String shared = scope.what().equals("link") || scope.what().equals("node")
                ? ""
                : " in " + scope.what().replace('_', ' ') + " " + scope.id();
        String cause = gravest.subtype() == null
                ? "cause undetermined"
                : gravest.subtype().replace('_', ' ') + " ("
                        + gravest.anomalyClass().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
        return members.size() + (members.size() == 1 ? " finding on " : " findings on ") + where + shared + " since "
                + Times.format(opened) + ", gravest: " + cause + "; " + (over ? "over." : "still open.");
    }

    private static List<String> distinct(Stream<@Nullable String> names) {
        return names.filter(Objects::nonNull).distinct().toList();
    }

    /** For the state store. */
    public byte[] toBytes() {
        ObjectNode root = JSON.createObjectNode();
        incidents.forEach((id, members) -> {
            ArrayNode array = root.putArray(id);
            for (Member member : members) {
                ObjectNode json = array.addObject();
                json.put("id", member.id());
                json.put("link", member.link());
                json.put("node", member.node());
                json.put("class", member.anomalyClass().name());
                json.put("subtype", member.subtype());
                json.put("severity", member.severity().name());
                json.put("onset", member.onset().toEpochMilli());
                json.put("updated", member.updated().toEpochMilli());
                json.put(
                        "ended",
                        member.ended() == null ? null : (Long) member.ended().toEpochMilli());
            }
        });
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    /**
     * From the state store; null is a scope that had no incident yet.
     *
     * @throws IllegalArgumentException where the bytes are none of ours
     */
    public static IncidentLog fromBytes(byte @Nullable [] bytes) {
        if (bytes == null) {
            return empty();
        }
        Map<String, List<Member>> incidents = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonNode> incident : JSON.readTree(bytes).properties()) {
                List<Member> members = new ArrayList<>();
                for (JsonNode json : incident.getValue()) {
                    members.add(new Member(
                            json.required("id").asText(),
                            json.required("link").textValue(),
                            json.required("node").textValue(),
                            AnomalyClass.valueOf(json.required("class").asText()),
                            json.required("subtype").textValue(),
                            Severity.valueOf(json.required("severity").asText()),
                            Instant.ofEpochMilli(json.required("onset").asLong()),
                            Instant.ofEpochMilli(json.required("updated").asLong()),
                            json.required("ended").isNull()
                                    ? null
                                    : Instant.ofEpochMilli(
                                            json.required("ended").asLong())));
                }
                incidents.put(incident.getKey(), members);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not an incident log: " + e.getMessage(), e);
        }
        return new IncidentLog(incidents);
    }
}
