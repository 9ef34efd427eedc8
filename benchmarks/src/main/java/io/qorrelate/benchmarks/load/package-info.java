/**
 * What the collectors bear: a collector process of its own, fed over real sockets, in front of a real broker, beside a producer that does
 * nothing but hand ready-made records to the same broker. Knows the app and the collectors.
 */
@NullMarked
package io.qorrelate.benchmarks.load;

import org.jspecify.annotations.NullMarked;
