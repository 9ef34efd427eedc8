package io.qorrelate.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings that belong together: of one link, or of links and nodes that share a duct, a cable or a site.
 *
 * @param id stable: the same findings in the same order give the same id
 * @param scope what they share: a shared-risk group's id, or the link or node itself
 * @param what what the scope is: {@code duct}, {@code cable}, {@code site_power}, {@code site_cooling}, or a single link or node
 * @param anomalyClass class of the gravest finding in it
 * @param severity severity of the gravest finding in it
 * @param opened earliest onset
 * @param updated event time of the latest revision
 * @param ended when the last finding ended; null while one lasts
 * @param links links concerned, sorted
 * @param nodes nodes concerned, sorted
 * @param findings ids of the findings, sorted
 * @param summary one or two sentences
 */
public record Incident(
        String id,
        String scope,
        String what,
        AnomalyClass anomalyClass,
        Severity severity,
        Instant opened,
        Instant updated,
        @Nullable Instant ended,
        List<String> links,
        List<String> nodes,
        List<String> findings,
        String summary) {
    public Incident {
        links = links.stream().sorted().toList();
        nodes = nodes.stream().sorted().toList();
        findings = findings.stream().sorted().toList();
    }

    /** Whether it still lasts. */
    public boolean isOpen() {
        return ended == null;
    }
}
