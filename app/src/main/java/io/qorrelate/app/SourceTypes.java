package io.qorrelate.app;

import io.qorrelate.collectors.etsi014.Etsi014;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.prometheus.Prometheus;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.syslog.Syslog;
import java.util.List;

/** The interfaces that sources may speak. */
final class SourceTypes {
    private SourceTypes() {}

    static List<SourceType> all() {
        return List.of(new Etsi014(), new TailedFile(), new Prometheus(), new Syslog());
    }
}
