package io.qorrelate.evaluation.contestant;

import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.Finding;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Readings;
import io.qorrelate.model.Subtype;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import io.qorrelate.model.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plain control charts with a decision table, competently done: each metric has its own EWMA and CUSUM, what they say within some
 * reports is looked up in a table, and the events of facilities, fibre and identity are taken at their word. No physics, no relation
 * between observables beyond the table, no neighbours.
 */
public final class ControlCharts implements Contestant {
    @Override
    public String name() {
        return "control charts (EWMA and CUSUM for each metric, decision table)";
    }

    @Override
    public boolean statesProbabilities() {
        return false;
    }

    @Override
    public Watch watch(Topology topology) {
        return new NetworkWatch(topology);
    }

    private static final class NetworkWatch implements Watch {
        private final Topology topology;
        private final Map<String, LinkCharts> links = new HashMap<>();
        private final Map<String, EventAlarms> subjects = new HashMap<>();

        NetworkWatch(Topology topology) {
            this.topology = topology;
        }

        @Override
        public List<Finding> accept(TelemetryEvent event) {
            List<Finding> said = new ArrayList<>();
            EventAlarms alarms = subjects.computeIfAbsent(event.key(), key -> new EventAlarms(event));
            alarms.take(event, said);
            String link = event.link();
            if (link != null) {
                links.computeIfAbsent(link, LinkCharts::new).take(event, alarms.isFibreDark(), said);
            } else if (event instanceof PhysicalAccess access) {
                topology.linksOf(event.key())
                        .forEach(each ->
                                links.computeIfAbsent(each, LinkCharts::new).take(access, false, said));
            }
            return said;
        }

        @Override
        public List<Finding> finish() {
            return List.of();
        }
    }

    /** Alarms that events raise by themselves: bursts of refusals, power, cooling, a dark fibre. */
    private static final class EventAlarms {
        private static final Duration BURST = Duration.ofMinutes(10);
        private static final long FAILURES = 5;
        private static final Duration QUIET_AGAIN = Duration.ofMinutes(30);

        private final @Nullable String link;
        private final @Nullable String node;
        private final Map<AuthFailure.Plane, Deque<AuthFailure>> recent = new EnumMap<>(AuthFailure.Plane.class);
        private final Map<Subtype, Instant> open = new EnumMap<>(Subtype.class);
        private final Map<Subtype, Instant> lastly = new EnumMap<>(Subtype.class);

        EventAlarms(TelemetryEvent first) {
            link = first.link();
            node = first.link() == null ? first.node() : null;
        }

        boolean isFibreDark() {
            return open.containsKey(Subtype.FIBRE_CUT);
        }

        void take(TelemetryEvent event, List<Finding> said) {
            switch (event) {
                case AuthFailure failure -> refused(failure, said);
                case Environment environment -> {
                    if (environment.power() != null) {
                        set(Subtype.POWER_EVENT, environment.power() != Environment.Power.OK, event.time(), said);
                    }
                    if (environment.cooling() != null) {
                        boolean fails = environment.cooling() != Environment.Cooling.OK;
                        set(Subtype.COOLING_FAILURE, fails, event.time(), said);
                    }
                }
                case Transport transport -> {
                    if (transport.event() == Transport.Event.LOSS_OF_SIGNAL) {
                        set(Subtype.FIBRE_CUT, true, event.time(), said);
                    } else if (transport.event() == Transport.Event.SIGNAL_RESTORED) {
                        set(Subtype.FIBRE_CUT, false, event.time(), said);
                    }
                }
                default -> {}
            }
            for (Subtype burst :
                    List.of(Subtype.CLASSICAL_CHANNEL_MITM, Subtype.KEY_API_ABUSE, Subtype.MANAGEMENT_COMPROMISE)) {
                Instant last = lastly.get(burst);
                if (last != null && event.time().isAfter(last.plus(QUIET_AGAIN))) {
                    set(burst, false, last, said);
                    lastly.remove(burst);
                }
            }
        }

        private void refused(AuthFailure failure, List<Finding> said) {
            AuthFailure.Plane plane = failure.plane();
            if (plane == null
                    || failure.reason() == AuthFailure.Reason.EXPIRED_CERTIFICATE
                    || failure.reason() == AuthFailure.Reason.KEY_EXHAUSTED) {
                return;
            }
            Deque<AuthFailure> failures = recent.computeIfAbsent(plane, key -> new ArrayDeque<>());
            failures.add(failure);
            while (failures.getFirst().time().isBefore(failure.time().minus(BURST))) {
                failures.removeFirst();
            }
            if (failures.stream().mapToLong(AuthFailure::count).sum() >= FAILURES) {
                Subtype subtype = switch (plane) {
                    case CLASSICAL_CHANNEL -> Subtype.CLASSICAL_CHANNEL_MITM;
                    case KEY_API -> Subtype.KEY_API_ABUSE;
                    case MANAGEMENT, IDENTITY -> Subtype.MANAGEMENT_COMPROMISE;
                };
                set(subtype, true, failure.time(), said);
                lastly.put(subtype, failure.time());
            }
        }

        private void set(Subtype subtype, boolean on, Instant at, List<Finding> said) {
            Instant since = open.get(subtype);
            if (on && since == null) {
                open.put(subtype, at);
                said.add(finding(subtype, at, null));
            } else if (!on && since != null) {
                open.remove(subtype);
                said.add(finding(subtype, since, at));
            }
        }

        private Finding finding(Subtype subtype, Instant since, @Nullable Instant ended) {
            return PlainFinding.of(
                    (link == null ? node : link) + " " + subtype + "@" + since,
                    link,
                    node,
                    subtype.anomalyClass(),
                    subtype,
                    since,
                    since,
                    ended,
                    "told by events");
        }
    }

    /** A link's charts, and what is made of them. */
    private static final class LinkCharts {
        private static final Duration ACCESS_COUNTS = Duration.ofHours(1);
        private static final Duration LONGEST_CALIBRATION = Duration.ofMinutes(30);
        private static final Duration AFTER_CALIBRATION = Duration.ofMinutes(10);
        private static final Duration AFTER_MAINTENANCE = Duration.ofMinutes(15);
        private static final Duration NEW_NORMAL = Duration.ofDays(2);
        private static final int STEP_REPORTS = 8;
        private static final int RECONSIDERED = 10;
        private static final int CALM_REPORTS = 10;

        private static final Set<Observable> RATIOS = EnumSet.of(
                Observable.DETECTION_RATE_HZ,
                Observable.GAIN_SIGNAL,
                Observable.GAIN_DECOY,
                Observable.GAIN_VACUUM,
                Observable.DARK_COUNT_RATE_HZ,
                Observable.PHOTOCURRENT_UA,
                Observable.SECRET_KEY_RATE_BPS);

        private static final Set<Observable> NOT_CHARTED = EnumSet.of(
                Observable.SIFTED_BITS,
                Observable.STORED_KEYS,
                Observable.MAX_KEYS,
                Observable.KEYS_REQUESTED,
                Observable.KEYS_DELIVERED,
                Observable.KEYS_REJECTED);

        private final String link;
        private Map<Observable, Chart> charts = new EnumMap<>(Observable.class);
        private Chart decoyOverSignal = new Chart();
        private Instant ignoreUntil = Instant.MIN;
        private boolean works;
        private Instant accessed = Instant.MIN;
        private Instant calibrated = Instant.MIN;
        private Instant failed = Instant.MIN;

        private @Nullable Instant detected;
        private Instant onset = Instant.MIN;
        private int reportsSince;
        private int calm;
        private int stepReports;
        private AnomalyClass named = AnomalyClass.UNDETERMINED;
        private @Nullable Subtype subtype;

        LinkCharts(String link) {
            this.link = link;
        }

        void take(TelemetryEvent event, boolean dark, List<Finding> said) {
            switch (event) {
                case Calibration calibration -> calibration(calibration);
                case Transport transport -> {
                    if (transport.event() == Transport.Event.MAINTENANCE_STARTED) {
                        works = true;
                    } else if (transport.event() == Transport.Event.MAINTENANCE_ENDED) {
                        works = false;
                        ignoreUntil = event.time().plus(AFTER_MAINTENANCE);
                    }
                }
                case PhysicalAccess access -> {
                    if (access.event() == PhysicalAccess.Event.ENCLOSURE_OPENED
                            || access.event() == PhysicalAccess.Event.TAMPER
                            || (access.event() == PhysicalAccess.Event.DOOR_OPENED && access.principal() == null)) {
                        accessed = event.time();
                    }
                }
                case LinkQuality quality -> {
                    if (!works && !dark && event.time().isAfter(ignoreUntil)) {
                        chart(quality.readings(), event.time());
                        decide(event.time(), said);
                    }
                }
                case KeyRate rate -> {
                    if (!works && !dark && event.time().isAfter(ignoreUntil)) {
                        chart(rate.readings(), event.time());
                    }
                }
                default -> {}
            }
        }

        private void calibration(Calibration calibration) {
            if (calibration.phase() == Calibration.Phase.STARTED) {
                ignoreUntil = calibration.time().plus(LONGEST_CALIBRATION);
            } else {
                ignoreUntil = calibration.time();
                calibrated = calibration.time();
                if (calibration.phase() != Calibration.Phase.COMPLETED) {
                    failed = calibration.time();
                }
            }
        }

        private void chart(Readings readings, Instant at) {
            boolean quiet = detected == null;
            readings.asMap().forEach((observable, value) -> {
                if (!NOT_CHARTED.contains(observable)) {
                    double charted = RATIOS.contains(observable) ? Math.log(Math.max(value, 1e-12)) : value;
                    charts.computeIfAbsent(observable, key -> new Chart()).take(charted, at, quiet);
                }
            });
            if (readings.has(Observable.GAIN_SIGNAL) && readings.has(Observable.GAIN_DECOY)) {
                double ratio =
                        readings.value(Observable.GAIN_DECOY) / Math.max(1e-12, readings.value(Observable.GAIN_SIGNAL));
                decoyOverSignal.take(ratio, at, quiet);
            }
        }

        private void decide(Instant at, List<Finding> said) {
            if (detected == null) {
                List<Chart> alarming =
                        charts.values().stream().filter(Chart::alarms).toList();
                if (alarming.isEmpty() && !decoyOverSignal.alarms()) {
                    return;
                }
                detected = at;
                reportsSince = 0;
                calm = 0;
                onset = at;
                stepReports = decoyOverSignal.running();
                for (Chart chart : alarming) {
                    stepReports = Math.max(stepReports, chart.running());
                    Instant since = chart.since();
                    if (since != null && since.isBefore(onset)) {
                        onset = since;
                    }
                }
                look(at);
                said.add(finding(detected, null));
                return;
            }
            reportsSince++;
            if (reportsSince <= RECONSIDERED) {
                AnomalyClass before = named;
                Subtype subtypeBefore = subtype;
                look(at);
                if (before != named || subtypeBefore != subtype) {
                    said.add(finding(detected, null));
                }
            }
            boolean isCalm = charts.values().stream().allMatch(Chart::isCalm) && decoyOverSignal.isCalm();
            calm = isCalm ? calm + 1 : 0;
            boolean normalNow = at.isAfter(detected.plus(NEW_NORMAL));
            if (calm >= CALM_REPORTS || normalNow) {
                said.add(finding(detected, at));
                detected = null;
                if (normalNow) {
                    charts = new EnumMap<>(Observable.class);
                    decoyOverSignal = new Chart();
                }
            }
        }

        /** The decision table, row by row. */
        private void look(Instant at) {
            boolean step = stepReports <= STEP_REPORTS;
            boolean loss = rose(Observable.LOSS_DB) || fell(Observable.RX_POWER_DBM);
            boolean errors = rose(Observable.QBER)
                    || rose(Observable.QBER_X)
                    || rose(Observable.QBER_Z)
                    || fell(Observable.VISIBILITY)
                    || rose(Observable.EXCESS_NOISE_SNU);
            boolean clicks = moved(Observable.DETECTION_RATE_HZ) || moved(Observable.GAIN_SIGNAL);
            boolean more = rose(Observable.DETECTION_RATE_HZ) || rose(Observable.GAIN_SIGNAL);
            boolean dark = rose(Observable.DARK_COUNT_RATE_HZ)
                    || rose(Observable.GAIN_VACUUM)
                    || rose(Observable.DETECTOR_TEMPERATURE_C);
            boolean justFailed = at.isBefore(failed.plus(LONGEST_CALIBRATION));
            boolean justCalibrated = onset.isBefore(calibrated.plus(AFTER_CALIBRATION));
            if (moved(Observable.BACK_REFLECTION_DBM)) {
                name(Subtype.TROJAN_HORSE);
            } else if (rose(Observable.PHOTOCURRENT_UA)
                    || fell(Observable.DARK_COUNT_RATE_HZ)
                    || fell(Observable.GAIN_VACUUM)) {
                name(Subtype.DETECTOR_BLINDING);
            } else if (loss) {
                boolean opened = onset.isBefore(accessed.plus(ACCESS_COUNTS));
                name(opened ? Subtype.CHANNEL_TAP : step ? Subtype.MACRO_BEND : Subtype.FIBRE_AGEING);
            } else if (moved(Observable.DETECTOR_IMBALANCE)) {
                name(Subtype.TIME_SHIFT);
            } else if (moved(Observable.BASIS_Z_FRACTION)) {
                name(Subtype.WAVELENGTH);
            } else if (moved(Observable.SYNC_OFFSET_PS)) {
                name(step ? Subtype.TIME_SHIFT : Subtype.TIMING_DRIFT);
            } else if (dark) {
                name(step ? Subtype.DENIAL_OF_SERVICE : Subtype.DETECTOR_DRIFT);
            } else if (errors) {
                if (justFailed || (step && justCalibrated)) {
                    name(Subtype.FAILED_CALIBRATION);
                } else if (step) {
                    name(more ? Subtype.DENIAL_OF_SERVICE : Subtype.INTERCEPT_RESEND);
                } else {
                    name(Subtype.POLARIZATION_DRIFT);
                }
            } else if (clicks) {
                name(!step ? Subtype.INTENSITY_DRIFT : more ? Subtype.LASER_SEEDING : Subtype.TIME_SHIFT);
            } else if (decoyOverSignal.moved()) {
                name(Subtype.PHOTON_NUMBER_SPLITTING);
            } else if (moved(Observable.LASER_TEMPERATURE_C)) {
                name(Subtype.WAVELENGTH_DRIFT);
            } else {
                named = AnomalyClass.UNDETERMINED;
                subtype = null;
            }
        }

        private void name(Subtype found) {
            named = found.anomalyClass();
            subtype = found;
        }

        private boolean moved(Observable observable) {
            Chart chart = charts.get(observable);
            return chart != null && chart.moved();
        }

        private boolean rose(Observable observable) {
            Chart chart = charts.get(observable);
            return chart != null && chart.moved() && chart.rose();
        }

        private boolean fell(Observable observable) {
            Chart chart = charts.get(observable);
            return chart != null && chart.moved() && !chart.rose();
        }

        private Finding finding(Instant since, @Nullable Instant ended) {
            return PlainFinding.of(
                    link + "@" + since, link, null, named, subtype, onset, since, ended, "by the decision table");
        }
    }
}
