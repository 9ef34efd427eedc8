package io.qorrelate.evaluation.scenario;

import java.util.Arrays;

/** When a link reported since an incident's onset. */
public final class ReportTimes {
    private double[] times = new double[64];
    private int count;

    /**
     * One more report, later than those before.
     *
     * @param atS s since the onset
     */
    public void add(double atS) {
        if (count == times.length) {
            times = Arrays.copyOf(times, 2 * count);
        }
        times[count] = atS;
        count++;
    }

    /** How many reports came until then, that time included. */
    public int until(double atS) {
        int found = Arrays.binarySearch(times, 0, count, atS);
        return found >= 0 ? found + 1 : -found - 1;
    }
}
