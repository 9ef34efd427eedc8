package io.qorrelate.evaluation.link;

import java.util.Locale;

/** What a link speaks over its quantum channel. */
public enum Protocol {
    /** BB84 with weak pulses of three intensities. */
    DECOY_BB84,
    /** Entangled pairs, the source at the transmitter. */
    BBM92,
    /** Gaussian-modulated coherent states. */
    CV_QKD;

    /** As a topology file names it. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
