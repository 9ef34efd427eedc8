/**
 * Mappings as data: how a device's words become the contract's fields, in YAML that says where it is wrong.
 * A mapping that the platform brings lies among the resources, beside a sample of what the device says and the events that gives.
 * Knows the model, and of the collectors only how an event is read.
 */
@NullMarked
package io.qorrelate.collectors.mapping;

import org.jspecify.annotations.NullMarked;
