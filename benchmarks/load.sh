#!/usr/bin/env bash
# Builds, starts a broker and a collector as processes of their own, feeds the collector, and tells what it took. Arguments:
#   http SECONDS [EVENTS_A_SECOND] | syslog-tcp SECONDS [MESSAGES_A_SECOND] | syslog-udp SECONDS MESSAGES_A_SECOND | polls SECONDS TARGETS
set -euo pipefail

home=$(cd "$(dirname "$0")/.." && pwd)
cd "$home"
maven=./mvnw
if command -v mvn > /dev/null; then
    maven=mvn
fi
"$maven" -q -pl benchmarks -am package -DskipTests -Dchecks.skip=true >&2
java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
exec "$java" -Xmx512m -Dqorrelate.home="$home" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
    io.qorrelate.benchmarks.load.CollectorLoad "$@"
