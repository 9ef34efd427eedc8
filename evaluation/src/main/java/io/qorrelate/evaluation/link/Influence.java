package io.qorrelate.evaluation.link;

/**
 * Something that acts on a link for a while.
 *
 * @param fromS when it begins, s since the scenario's start
 * @param untilS when it is over, s since the scenario's start; may be infinite
 * @param shape what it does meanwhile
 */
public record Influence(double fromS, double untilS, Shape shape) {

    /** What is done at a moment. */
    @FunctionalInterface
    public interface Shape {
        /**
         * Adds to what is done already.
         *
         * @param elapsedS time since this influence began, s
         */
        void act(double elapsedS, Effects effects);
    }

    /** Acts, where its time is. */
    public void act(double timeS, Effects effects) {
        if (timeS >= fromS && timeS < untilS) {
            shape.act(timeS - fromS, effects);
        }
    }
}
