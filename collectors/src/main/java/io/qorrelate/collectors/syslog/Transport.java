package io.qorrelate.collectors.syslog;

/** What carries messages. */
enum Transport {
    /** RFC 5426: a message each; what there is no room for is lost. */
    UDP,
    /** RFC 6587. */
    TCP,
    /** RFC 5425. */
    TLS
}
