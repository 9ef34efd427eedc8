package io.qorrelate.evaluation.scenario;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.model.Observable;
import java.util.function.Predicate;

/** Words for the rules on which networks an incident can be told from the other classes. */
final class Shows {
    private Shows() {}

    static Predicate<Network> reports(Observable... any) {
        return network -> network.target().reports(any);
    }

    /** Errors, or the noise that stands for them with continuous variables. */
    static Predicate<Network> error() {
        return reports(QBER, VISIBILITY, EXCESS_NOISE_SNU);
    }

    /** Loss, on the quantum channel or beside it. */
    static Predicate<Network> loss() {
        return reports(LOSS_DB, RX_POWER_DBM);
    }

    /** Clicks, by whatever name. */
    static Predicate<Network> bright() {
        return reports(GAIN_SIGNAL, GAIN_DECOY, DETECTION_RATE_HZ);
    }

    /** Anything that falls with the light that arrives. */
    static Predicate<Network> lossOrRate() {
        return loss().or(bright()).or(reports(SECRET_KEY_RATE_BPS));
    }

    static Predicate<Network> decoyState() {
        return network -> network.target().optics().protocol() == Protocol.DECOY_BB84;
    }

    static Predicate<Network> discrete() {
        return network -> network.target().optics().protocol() != Protocol.CV_QKD;
    }

    static Predicate<Network> facilities() {
        return network -> network.target().reporting().facilities();
    }

    static Predicate<Network> calibrations() {
        return network -> network.target().reporting().calibrations();
    }
}
