package io.qorrelate.evaluation.bound;

import static io.qorrelate.model.Observable.*;

import io.qorrelate.evaluation.chance.OrnsteinUhlenbeck;
import io.qorrelate.evaluation.link.Effects;
import io.qorrelate.evaluation.link.Expectation;
import io.qorrelate.evaluation.link.Influence;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.LinkModel;
import io.qorrelate.model.Observable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The bound of what befalls one link: derives shifts, sensitivities and variances from the link's true design.
 *
 * <p>Observables that rest on the same counts are counted once: the QBER only where the two bases are not both told, the detection rate
 * only where no gain is, the number of sifted bits only where neither is and it is not capped. Key stores are left out: they are the
 * integral of what is counted already.
 */
public final class LinkBound {
    /** One false alarm in a link-month, s. */
    public static final double FALSE_ALARM_S = 30.4 * 86_400;

    /** Reports before the onset after which the filter has forgotten that it began. */
    public static final int HISTORY = 400;

    private static final double SMALL_MISALIGNMENT = 0.01;
    private static final double SMALL_DB = 0.01;
    private static final double SMALL_INTENSITY = 0.001;

    private final LinkModel model;
    private final List<Influence> background;
    private final List<Influence> incident;
    private final double onsetS;
    private final double intervalS;
    private final Observable[] observables;
    private final double[][] sensitivities;
    private final double[] variances;
    private final double[] shifts;
    private final DetectionBound bound;
    private final Effects effects = new Effects();
    private final Expectation with = new Expectation();
    private final Expectation without = new Expectation();
    private int reports;
    private int reachedReports = -1;

    /**
     * Nothing reported yet.
     *
     * @param background what would act on the link anyway
     * @param incident what acts on it besides
     * @param onsetS when the incident begins, s since the scenario's start
     */
    public LinkBound(LinkDesign design, List<Influence> background, List<Influence> incident, double onsetS) {
        this.model = design.model();
        this.background = background;
        this.incident = incident;
        this.onsetS = onsetS;
        this.intervalS = design.reporting().intervalS();
        observables = counted(design).toArray(Observable[]::new);
        sensitivities = new double[observables.length][];
        variances = new double[observables.length];
        shifts = new double[observables.length];
        OrnsteinUhlenbeck misalignment = design.restlessness().misalignment();
        OrnsteinUhlenbeck loss = design.restlessness().loss();
        OrnsteinUhlenbeck intensity = design.restlessness().intensity();
        Expectation nominal = design.nominal();
        Expectation misaligned = moved(design, SMALL_MISALIGNMENT, 0, 0);
        Expectation lossy = moved(design, 0, SMALL_DB, 0);
        Expectation brighter = moved(design, 0, 0, SMALL_INTENSITY);
        for (int k = 0; k < observables.length; k++) {
            Observable observable = observables[k];
            double at = nominal.value(observable);
            variances[k] = model.variance(observable, nominal);
            sensitivities[k] = new double[] {
                (misaligned.value(observable) - at) / SMALL_MISALIGNMENT,
                (lossy.value(observable) - at) / SMALL_DB,
                (brighter.value(observable) - at) / SMALL_INTENSITY
            };
        }
        bound = new DetectionBound(
                List.of(misalignment, loss, intensity),
                FALSE_ALARM_S / intervalS,
                design.reporting().outlierShare());
    }

    private Expectation moved(LinkDesign design, double misalignment, double lossDb, double intensity) {
        Expectation moved = new Expectation();
        model.expect(-design.restlessness().dayPhaseS(), misalignment, lossDb, intensity, new Effects(), moved);
        return moved;
    }

    private static Set<Observable> counted(LinkDesign design) {
        Expectation nominal = design.nominal();
        Set<Observable> counted = EnumSet.copyOf(design.reporting().observables());
        if (counted.contains(QBER_X) && counted.contains(QBER_Z)) {
            counted.remove(QBER);
        } else {
            counted.remove(QBER_X);
            counted.remove(QBER_Z);
        }
        if (counted.contains(GAIN_SIGNAL)) {
            counted.remove(DETECTION_RATE_HZ);
        }
        if (counted.contains(GAIN_SIGNAL) || counted.contains(DETECTION_RATE_HZ)) {
            counted.remove(SIFTED_BITS);
        }
        counted.removeIf(observable -> !(design.model().variance(observable, nominal) > 0));
        return counted;
    }

    /** One report of the link. */
    public void report(double atS) {
        if (atS < onsetS - HISTORY * intervalS || isReached()) {
            return;
        }
        if (atS >= onsetS) {
            reports++;
            expect(atS);
        }
        bound.report(atS, shifts, sensitivities, variances);
        if (bound.isReached()) {
            reachedReports = reports;
        }
    }

    private void expect(double atS) {
        effects.clear();
        background.forEach(influence -> influence.act(atS, effects));
        model.expect(atS, 0, 0, 0, effects, without);
        incident.forEach(influence -> influence.act(atS, effects));
        model.expect(atS, 0, 0, 0, effects, with);
        for (int k = 0; k < observables.length; k++) {
            shifts[k] = with.value(observables[k]) - without.value(observables[k]);
        }
    }

    /** Whether the ideal detector would have told by now. */
    public boolean isReached() {
        return reachedReports >= 0;
    }

    /** Time of the report by which it would have, s since the scenario's start. */
    public double reachedS() {
        return bound.reachedS();
    }

    /** How many reports since the onset it would have taken. */
    public int reachedReports() {
        return reachedReports;
    }
}
