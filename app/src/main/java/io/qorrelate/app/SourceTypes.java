package io.qorrelate.app;

import io.qorrelate.collectors.etsi014.Etsi014;
import io.qorrelate.collectors.etsi015.Etsi015;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.gnmi.Gnmi;
import io.qorrelate.collectors.kafka.Kafka;
import io.qorrelate.collectors.mqtt.Mqtt;
import io.qorrelate.collectors.otlp.Otlp;
import io.qorrelate.collectors.prometheus.Prometheus;
import io.qorrelate.collectors.snmp.SnmpPolling;
import io.qorrelate.collectors.snmp.SnmpTraps;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.syslog.Syslog;
import java.util.List;

/** The interfaces that sources may speak. */
final class SourceTypes {
    private SourceTypes() {}

    static List<SourceType> all() {
        return List.of(
                new Etsi014(),
                new Etsi015(),
                new TailedFile(),
                new Gnmi(),
                new Kafka(),
                new Mqtt(),
                new Otlp(),
                new Prometheus(),
                new SnmpPolling(),
                new SnmpTraps(),
                new Syslog());
    }
}
