package io.qorrelate.collectors.mapping;

import org.jspecify.annotations.Nullable;

/** The names that a template may ask a kind of message for. */
public interface Vocabulary {
    /** What is wrong with a name, in words for the one who wrote it; null where it is known. */
    @Nullable
    String complaint(String name);

    /**
     * Whether all that is said is text, of which a number is read where the contract wants one. Where messages have types of
     * their own they are kept: a number in quotes where JSON has numbers is a mistake worth seeing.
     */
    boolean isText();
}
