/**
 * The real servers for integration tests: one broker and one Elasticsearch for the whole run, and servers as processes of
 * their own for those tests that kill one.
 * Knows the embedded servers, nothing of what is tested with them.
 */
@NullMarked
package io.qorrelate.app.servers;

import org.jspecify.annotations.NullMarked;
