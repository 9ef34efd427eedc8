/**
 * The real servers that {@code qorrelate up} and the integration tests bring with them: a Kafka broker in this JVM, and
 * Elasticsearch as a child process. Both keep their data under a folder that the caller names.
 * Knows the servers' own start-up, nothing of the platform.
 */
@NullMarked
package io.qorrelate.app.embedded;

import org.jspecify.annotations.NullMarked;
