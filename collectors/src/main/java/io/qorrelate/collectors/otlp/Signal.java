package io.qorrelate.collectors.otlp;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;

/** What is told. */
enum Signal {
    METRICS("/v1/metrics", "opentelemetry.proto.collector.metrics.v1.MetricsService") {
        @Override
        Message.Builder request() {
            return ExportMetricsServiceRequest.newBuilder();
        }

        @Override
        Message response(long rejected, String word) {
            ExportMetricsServiceResponse.Builder response = ExportMetricsServiceResponse.newBuilder();
            if (rejected > 0 || !word.isEmpty()) {
                response.setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(rejected)
                        .setErrorMessage(word));
            }
            return response.build();
        }
    },
    LOGS("/v1/logs", "opentelemetry.proto.collector.logs.v1.LogsService") {
        @Override
        Message.Builder request() {
            return ExportLogsServiceRequest.newBuilder();
        }

        @Override
        Message response(long rejected, String word) {
            ExportLogsServiceResponse.Builder response = ExportLogsServiceResponse.newBuilder();
            if (rejected > 0 || !word.isEmpty()) {
                response.setPartialSuccess(ExportLogsPartialSuccess.newBuilder()
                        .setRejectedLogRecords(rejected)
                        .setErrorMessage(word));
            }
            return response.build();
        }
    };

    private final String path;
    private final String service;

    Signal(String path, String service) {
        this.path = path;
        this.service = service;
    }

    /** Path of OTLP/HTTP. */
    String path() {
        return path;
    }

    /** Full name of the gRPC service. */
    String service() {
        return service;
    }

    abstract Message.Builder request();

    /**
     * What an export is answered with.
     *
     * @param rejected how many data points or log records were
     * @param word why, or what the sender should know even so; may be empty
     */
    abstract Message response(long rejected, String word);
}
