/**
 * From Kafka to Elasticsearch: which document an event, a finding or an incident becomes, and the loop that writes it and
 * commits its offset only once it is written. Knows the model, the Kafka consumer and the Elasticsearch client.
 */
@NullMarked
package io.qorrelate.streams.sink;

import org.jspecify.annotations.NullMarked;
