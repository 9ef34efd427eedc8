package io.qorrelate.diagnosis.change;

import java.util.List;
import java.util.Set;

/**
 * A number that the diagnosis follows: an observable, what two of them say together, or what the link's physics leaves
 * unexplained of one. Rates, gains and powers are followed in decibels, so that a change of loss moves them by the same amount.
 */
public enum Feature {
    /** QBER; the mean of the two bases where only they are reported. */
    QBER("qber", Unit.FRACTION, Side.UP, true, 0.0005, 0.01, 0.03),
    /** QBER in X less QBER in Z: intercept–resend moves both alike, a rotation of one basis does not. */
    BASIS_SPLIT("qber_x - qber_z", Unit.FRACTION, Side.BOTH, true, 0.0007, 0.02, 0.03),
    VISIBILITY("visibility", Unit.FRACTION, Side.DOWN, true, 0.001, 0.02, 0.06),
    /** Resolution of reported losses is 0.01 to 0.1 dB. */
    LOSS("loss_db", Unit.DECIBEL, Side.BOTH, true, 0.02, 0.5, 2),
    /** A source drifts by some per cent: what is beyond 0.5 dB, 11 %, or 0.3 dB, 7 %, where loss is known, is seen as ageing. */
    RATE("detection_rate", Unit.RATE_HZ, Side.BOTH, true, 0.02, 0.5, 2),
    /** Rate and loss added: nought where the loss explains the rate. */
    RATE_NET("detection_rate + loss", Unit.DECIBEL, Side.BOTH, true, 0.03, 0.3, 1.5),
    RX_POWER("rx_power_dbm", Unit.DBM, Side.BOTH, true, 0.03, 0.7, 2),
    /** Received power and loss added: nought where the fibre is what changed. */
    RX_NET("rx_power + loss", Unit.DECIBEL, Side.BOTH, false, 0.03, 0.7, 1.5),
    /** Decoy gain over signal gain, dB: held by the photon statistics, whatever the loss. */
    GAIN_RATIO("gain_decoy / gain_signal", Unit.DECIBEL, Side.BOTH, true, 0.02, 0.2, 0.7),
    /** Clicks without light: dark counts, or the gain of the vacuum pulses where only that is reported. */
    DARK_COUNTS("dark counts", Unit.DARK_RATE_HZ, Side.BOTH, true, 0.1, 1.5, 3),
    DOUBLE_CLICKS("double_click_fraction", Unit.FRACTION, Side.BOTH, false, 0.00002, 0.002, 0.002),
    BASIS_FRACTION("basis_z_fraction", Unit.FRACTION, Side.BOTH, true, 0.002, 0.02, 0.03),
    IMBALANCE("detector_imbalance", Unit.NUMBER, Side.BOTH, true, 0.003, 0.05, 0.08),
    SYNC_OFFSET("sync_offset_ps", Unit.PICOSECOND, Side.BOTH, true, 1.0, 60, 80),
    POLARIZATION("polarization_drift_rad", Unit.RADIAN, Side.UP, true, 0.01, 0.1, 0.15),
    BACK_REFLECTION("back_reflection_dbm", Unit.DBM, Side.UP, true, 0.2, 2.0, 6),
    PHOTOCURRENT("photocurrent_ua", Unit.MICROAMPERE, Side.BOTH, true, 0.1, 1.5, 6),
    DETECTOR_TEMPERATURE("detector_temperature_c", Unit.CELSIUS, Side.BOTH, true, 0.05, 2, 5),
    LASER_TEMPERATURE("laser_temperature_c", Unit.CELSIUS, Side.BOTH, true, 0.02, 1, 1),
    EXCESS_NOISE("excess_noise_snu", Unit.SHOT_NOISE, Side.UP, true, 0.001, 0.02, 0.03),
    /** Secret key rate as reported. */
    KEY_RATE("secret_key_rate_bps", Unit.RATE_BPS, Side.DOWN, true, 0.1, 1.5, 3),
    /** What the key rate lacks of what rate and QBER allow. */
    KEY_NET("secret key rate beyond rate and qber", Unit.DECIBEL, Side.DOWN, true, 0.15, 1.5, 3),
    /**
     * Optical errors by two witnesses: QBER and (1 − V)/2, averaged by their precision. Follows deviations, not values: its
     * baseline is nought.
     */
    OPTICAL_ERROR("qber with visibility", Unit.FRACTION, Side.UP, true, 0.0003, 0.01, 0.03),
    /** Dimming by up to three witnesses: loss, rate and received power, averaged by their precision; deviations, as above. */
    DIMMING("loss with rate and power", Unit.DECIBEL, Side.BOTH, true, 0.01, 0.5, 2),
    /**
     * Keys that came into the store or were delivered, over those that were distilled if a key has
     * {@value KeyStoreBooks#USUAL_KEY_BITS} bits: less where keys go that nobody books. Demand moves it no more than the books are
     * wrong. Its leash is narrower than {@link KeyStoreBooks#TOLERANCE}, so that what was found to balance is never learned away.
     */
    KEY_STORE("stored and delivered keys / distilled keys", Unit.NUMBER, Side.DOWN, true, 0.01, 0.04, 0.5);

    /**
     * Added to dark count rates, Hz, before they become decibels: counts so few that a report of a second holds none or two of them would
     * jump by whole decibels. Nanowires have some Hz of them, and with 20 Hz added one that ages to thrice as many was not seen to.
     */
    public static final double DARK_COUNTS_OF_NO_MATTER_HZ = 5;

    /** As above, for the gain of vacuum pulses that come a thousand million times a second; per pulse. */
    public static final double VACUUM_GAIN_OF_NO_MATTER = 5e-9;

    /** All features, in order of their ordinals. */
    static final List<Feature> ALL = List.of(values());

    /** Versions of the state's binary form before this one know no {@link #KEY_STORE}. */
    private static final int FIRST_WITH_KEY_STORE = 9;

    /** Versions of the state's binary form before this one added more to dark counts: of them other decibels are kept. */
    private static final int FIRST_WITH_FEW_DARK_COUNTS = 12;

    /** What a version of the state's binary form kept in another measure, so that it is learned anew. */
    public static Set<Feature> otherwiseMeasuredIn(int version) {
        return version >= FIRST_WITH_FEW_DARK_COUNTS ? Set.of() : Set.of(DARK_COUNTS);
    }

    /**
     * The features that a version of the state's binary form knows, in order of their ordinals.
     *
     * @param version of the state
     */
    public static List<Feature> ofVersion(int version) {
        return version >= FIRST_WITH_KEY_STORE ? ALL : ALL.subList(0, KEY_STORE.ordinal());
    }

    /** The side on which a change is a reason to look. */
    enum Side {
        UP,
        DOWN,
        BOTH
    }

    /** What a value of the feature is measured in. */
    public enum Unit {
        FRACTION,
        DECIBEL,
        /** Decibels of a rate over one per second, or of a probability per pulse over one. */
        RATE_HZ,
        /** As above, of a rate or probability to which {@link #DARK_COUNTS_OF_NO_MATTER_HZ} or its like was added. */
        DARK_RATE_HZ,
        /** Decibels of a rate over one bit per second. */
        RATE_BPS,
        /** Decibels of a current over one microampere. */
        MICROAMPERE,
        DBM,
        PICOSECOND,
        RADIAN,
        CELSIUS,
        SHOT_NOISE,
        NUMBER
    }

    private final String label;
    private final Unit unit;
    private final Side side;
    private final boolean raisesAlarm;
    private final double resolution;
    private final double leash;
    private final double typicalShift;

    Feature(
            String label,
            Unit unit,
            Side side,
            boolean raisesAlarm,
            double resolution,
            double leash,
            double typicalShift) {
        this.label = label;
        this.unit = unit;
        this.side = side;
        this.raisesAlarm = raisesAlarm;
        this.resolution = resolution;
        this.leash = leash;
        this.typicalShift = typicalShift;
    }

    /** Name for people and for the ledger. */
    public String label() {
        return label;
    }

    /** What its values are measured in. */
    public Unit unit() {
        return unit;
    }

    /** Smallest standard deviation believed, in the feature's own unit: the resolution that equipment reports it with. */
    public double resolution() {
        return resolution;
    }

    /**
     * How far a baseline may wander from where it was anchored, in the feature's own unit: wider than seasons move a link, and
     * narrower than what an attacker would need. A slow change beyond it is no longer learned but seen.
     */
    double leash() {
        return leash;
    }

    /**
     * By how much a cause that moves the feature typically moves it, in the feature's own unit: the scale of an exponential
     * prior, taken from the middle of the ranges that the signatures name.
     */
    public double typicalShift() {
        return typicalShift;
    }

    /** Whether a change of it alone opens a finding; the others are evidence once something else did. */
    public boolean raisesAlarm() {
        return raisesAlarm;
    }

    boolean watchesUp() {
        return side != Side.DOWN;
    }

    boolean watchesDown() {
        return side != Side.UP;
    }

    /** Whether it is made of the deviations of other features, so that its baseline is nought. */
    public boolean isJoint() {
        return this == OPTICAL_ERROR || this == DIMMING;
    }

    /** Whether it tells how many bits are wrong. */
    public boolean isOfErrors() {
        return this == QBER
                || this == BASIS_SPLIT
                || this == VISIBILITY
                || this == EXCESS_NOISE
                || this == OPTICAL_ERROR;
    }

    /** Whether it tells how much light there is. */
    public boolean isOfLight() {
        return this == LOSS
                || this == RX_POWER
                || this == RX_NET
                || this == RATE
                || this == RATE_NET
                || this == DIMMING;
    }

    /** Whether it is about the key, rather than about what it is made of. */
    public boolean isKey() {
        return this == KEY_RATE || this == KEY_NET || this == KEY_STORE;
    }

    /** Whether it is the temperature of a part, which may lead what happens to the light, but has a course of its own. */
    public boolean isTemperature() {
        return this == DETECTOR_TEMPERATURE || this == LASER_TEMPERATURE;
    }

    /** Whether it is a share of the sifted bits, and so known no better than so many bits tell. */
    boolean isCounted() {
        return this == QBER || this == BASIS_SPLIT;
    }

    /** Where the feature of an ordinal stands among some, in order of ordinals: how many of them come before it. */
    static int place(int ordinal, long among) {
        return Long.bitCount(among & ((1L << ordinal) - 1));
    }

    long bit() {
        return 1L << ordinal();
    }
}
