package io.qorrelate.diagnosis.physics;

/**
 * Single-photon detectors: dark counts against temperature, and dead time.
 *
 * <p>In InGaAs/InP avalanche diodes dark counts have two sources. Cold ones are ruled by tunnelling that traps assist: Itzler et
 * al. found an average activation energy of 0.14 eV between 150 K and 220 K. Near room temperature thermal generation through the
 * middle of the absorber's gap takes over, for which theory gives half of 0.75 eV. Telecom detectors run between the two, so a link
 * whose history shows both temperature and dark counts should use an {@link #activationEnergy} of its own.
 *
 * @see <a href="https://doi.org/10.1080/09500340600792291">Itzler et al. 2007, J. Mod. Opt. 54, 283</a>
 */
public final class DetectorPhysics {
    /** Boltzmann's constant in eV/K, exact since the SI of 2019. */
    public static final double BOLTZMANN_EV_PER_K = 1.380649e-23 / 1.602176634e-19;

    /** Activation energy of trap-assisted tunnelling in eV, measured between 150 K and 220 K (−123 °C to −53 °C), Itzler et al. 2007. */
    public static final double TUNNELLING_EV = 0.14;

    /** Upper end in eV: half of the gap of InGaAs, 0.75 eV at room temperature (Shockley–Read–Hall generation); theory, not a measured diode. */
    public static final double THERMAL_EV = 0.375;

    private static final double ZERO_CELSIUS_K = 273.15;

    private DetectorPhysics() {}

    /**
     * By what factor dark counts change between two temperatures, exp(Eₐ/k · (1/T₁ − 1/T₂)). Holds as long as one process rules
     * throughout and the excess bias is kept: a few tens of kelvins.
     *
     * @param fromC detector temperature before, °C, above absolute zero
     * @param toC detector temperature after, °C, above absolute zero
     * @param activationEv activation energy, eV, 0..10
     * @return ratio, 0..∞; 1 where the temperature stays; +∞ where it exceeds what a double holds
     * @throws IllegalArgumentException outside these ranges
     */
    public static double darkCountRatio(double fromC, double toC, double activationEv) {
        Range.that(activationEv >= 0 && activationEv <= 10, "0 <= activation energy <= 10 eV");
        double from = kelvin(fromC);
        double to = kelvin(toC);
        return Math.exp(activationEv / BOLTZMANN_EV_PER_K * (to - from) / (from * to));
    }

    /**
     * The activation energy that two dark count rates at two temperatures stand for.
     *
     * @param firstC °C, above absolute zero
     * @param firstHz dark counts per second, &gt; 0
     * @param secondC °C, above absolute zero, other than the first
     * @param secondHz dark counts per second, &gt; 0
     * @return eV; negative where dark counts fall with temperature
     * @throws IllegalArgumentException outside these ranges
     */
    public static double activationEnergy(double firstC, double firstHz, double secondC, double secondHz) {
        Range.positive("first rate", firstHz);
        Range.positive("second rate", secondHz);
        double first = kelvin(firstC);
        double second = kelvin(secondC);
        Range.that(first != second, "the two temperatures differ");
        return BOLTZMANN_EV_PER_K * (Math.log(secondHz) - Math.log(firstHz)) * first / (second - first) * second;
    }

    /**
     * What a detector registers that is blind for a fixed time after each click (non-paralysable), r/(1 + rτ).
     *
     * @param arrivingHz clicks per second that there would be without dead time, 0..10¹⁵
     * @param deadTimeSeconds τ, 0..1
     * @return clicks per second, 0..1/τ
     * @throws IllegalArgumentException outside these ranges
     * @see "G. F. Knoll, Radiation Detection and Measurement, chapter 4, Dead time"
     */
    public static double registeredHz(double arrivingHz, double deadTimeSeconds) {
        Range.rate("arriving rate", arrivingHz);
        Range.deadTime(deadTimeSeconds);
        return arrivingHz / (1 + arrivingHz * deadTimeSeconds);
    }

    /**
     * The inverse of {@link #registeredHz}, m/(1 − mτ).
     *
     * @param registeredHz clicks per second, 0..10¹⁵
     * @param deadTimeSeconds τ, 0..1
     * @return clicks per second that there would be without dead time; +∞ where the detector is saturated (mτ ≥ 1)
     * @throws IllegalArgumentException outside these ranges
     */
    public static double arrivingHz(double registeredHz, double deadTimeSeconds) {
        Range.rate("registered rate", registeredHz);
        Range.deadTime(deadTimeSeconds);
        double alive = 1 - registeredHz * deadTimeSeconds;
        return alive > 0 ? registeredHz / alive : Double.POSITIVE_INFINITY;
    }

    private static double kelvin(double celsius) {
        double kelvin = celsius + ZERO_CELSIUS_K;
        Range.positive("absolute temperature", kelvin);
        return kelvin;
    }
}
