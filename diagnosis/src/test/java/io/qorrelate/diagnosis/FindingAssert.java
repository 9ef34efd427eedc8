package io.qorrelate.diagnosis;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.Subtype;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;

/** What is expected of a finding, in words; where it fails, it says what the finding says. */
final class FindingAssert extends AbstractAssert<FindingAssert, Finding> {
    private FindingAssert(Finding finding) {
        super(finding, FindingAssert.class);
        as("%s %s: %s %s", finding.anomalyClass(), finding.subtype(), finding.explanation(), finding.evidence());
    }

    static FindingAssert assertThat(Finding finding) {
        return new FindingAssert(finding);
    }

    FindingAssert isA(AnomalyClass expected) {
        Assertions.assertThat(actual.anomalyClass()).as(descriptionText()).isEqualTo(expected);
        return this;
    }

    /** The cause, and its class. */
    FindingAssert isBy(Subtype expected) {
        return isByOneOf(expected);
    }

    /** One of some causes that telemetry does not tell apart. */
    FindingAssert isByOneOf(Subtype... expected) {
        Assertions.assertThat(actual.subtype()).as(descriptionText()).isIn(List.of(expected));
        return isA(expected[0].anomalyClass());
    }

    FindingAssert beganWithin(Duration tolerance, Instant onset) {
        Assertions.assertThat(Duration.between(onset, actual.onset()).abs())
                .as("from %s to its onset %s; %s", onset, actual.onset(), descriptionText())
                .isLessThanOrEqualTo(tolerance);
        return this;
    }

    FindingAssert endedWithin(Duration tolerance, Instant end) {
        Assertions.assertThat(actual.ended()).as(descriptionText()).isNotNull();
        Assertions.assertThat(Duration.between(end, actual.ended()).abs())
                .as("from %s to its end %s", end, actual.ended())
                .isLessThanOrEqualTo(tolerance);
        return this;
    }

    /** Each of the other classes is named with a reason against it. */
    FindingAssert saysWhyNotTheOthers() {
        theOthers().forEach(other -> Assertions.assertThat(actual.explanation()).contains("Not " + other + ": "));
        return this;
    }

    /** Each of the other classes is named, be it with a reason against it or as one that may be. */
    FindingAssert speaksOfEveryClass() {
        theOthers().forEach(other -> Assertions.assertThat(actual.explanation()).containsIgnoringCase(other));
        return this;
    }

    private Stream<String> theOthers() {
        return Arrays.stream(AnomalyClass.values())
                .filter(other -> other != actual.anomalyClass() && other != AnomalyClass.UNDETERMINED)
                .map(other -> other.name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
}
