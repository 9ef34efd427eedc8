package io.qorrelate.collectors;

import io.qorrelate.model.RejectReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failure that nobody foresaw and that an input brings out of us, be it an overflow of the stack. It costs that input alone: the input goes
 * to the dead letters, and the next one is read.
 */
public final class Fault {
    private static final Logger LOG = LoggerFactory.getLogger(Fault.class);

    private Fault() {}

    /**
     * The input that brought it out, as one that is no event.
     *
     * @param raw the input as it came
     * @throws Error where it is the process that is unsound, and not the input
     */
    public static Intake rejected(byte[] raw, Throwable fault) {
        String words = inWords(fault);
        LOG.debug("an input that reading did not foresee", fault);
        return new Intake.Rejected(raw, raw.length, RejectReason.WRONG_TYPE, "reading it failed: " + words);
    }

    /**
     * What happened.
     *
     * @throws Error where it is the process that is unsound, and not what it was at
     */
    public static String inWords(Throwable fault) {
        // Not for want of memory or of stack: who wants too much of them does not get it, and the others do. In
        // production the process
        // ends at the former anyhow, by its own flag.
        if (fault instanceof VirtualMachineError error
                && !(error instanceof StackOverflowError)
                && !(error instanceof OutOfMemoryError)) {
            throw error;
        }
        return fault.toString();
    }
}
