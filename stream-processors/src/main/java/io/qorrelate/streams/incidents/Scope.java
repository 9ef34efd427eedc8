package io.qorrelate.streams.incidents;

import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the findings of one incident share.
 *
 * @param id id of the shared-risk group, or of the link or node that is concerned alone
 * @param what what the group is ({@code duct}, {@code site_power}, …), or {@code link} or {@code node}
 */
public record Scope(String id, String what) {
    private static final Set<String> FIBRE = Set.of("duct", "cable");
    private static final Set<String> POWER = Set.of("site_power");
    private static final Set<String> COOLING = Set.of("site_cooling");

    /** The scope a finding falls in: the narrowest thing that its kind of cause is shared through. */
    public static Scope of(Finding finding, Topology topology) {
        Set<String> sharedThrough = sharedThrough(finding.subtype());
        for (String member : membersOf(finding, topology)) {
            for (Topology.SharedRisk group : topology.sharedRisksOf(member)) {
                if (sharedThrough.contains(group.what())) {
                    return new Scope(group.id(), group.what());
                }
            }
        }
        return finding.link() != null ? new Scope(finding.link(), "link") : new Scope(finding.key(), "node");
    }

    /**
     * How a cause reaches neighbours: along the fibre, through the power or the cooling of a site, or not at all. A drift or an
     * identity attack is one link's or one node's own.
     */
    private static Set<String> sharedThrough(@Nullable Subtype subtype) {
        if (subtype == null) {
            return FIBRE;
        }
        return switch (subtype) {
            case FIBRE_CUT, MACRO_BEND, CONNECTOR, FIBRE_AGEING, VIBRATION, CHANNEL_TAP -> FIBRE;
            case POWER_EVENT -> POWER;
            case COOLING_FAILURE -> COOLING;
            default -> Set.of();
        };
    }

    /** The link itself first, then the nodes at its ends: site groups name nodes. */
    private static List<String> membersOf(Finding finding, Topology topology) {
        List<String> members = new ArrayList<>();
        if (finding.link() != null) {
            members.add(finding.link());
            topology.link(finding.link()).ifPresent(link -> {
                add(members, link.from());
                add(members, link.to());
            });
        }
        add(members, finding.node());
        return members;
    }

    private static void add(List<String> members, @Nullable String member) {
        if (member != null && !members.contains(member)) {
            members.add(member);
        }
    }
}
