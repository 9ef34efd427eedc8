#!/usr/bin/env bash
# Builds the benchmarks and runs them; prints a table at the end. Arguments go to JMH: -p links=1000, -wi 1 -i 2, -h, …
# Takes some ten minutes, ten gigabytes of memory and one core.
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
exec "$java" -Dqorrelate.home="$home" -cp "benchmarks/target/classes:benchmarks/target/lib/*" io.qorrelate.benchmarks.Benchmarks "$@"
