#!/usr/bin/env bash
# Runs the diagnosis of another commit and that of this checkout in turn on the same events, and prints how they compare:
#   benchmarks/compare.sh COMMIT [LINKS [PAIRS]]
# Takes some three minutes beside building both, ten gigabytes of memory and one core. Both run with this checkout's model of
# events: a commit whose diagnosis needs another one fails to link.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
home=$(cd "$(dirname "$0")/.." && pwd)
cd "$home"
maven=./mvnw
if command -v mvn > /dev/null; then
    maven=mvn
fi
java=java
if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
fi
old=$(mktemp -d)
trap 'git worktree remove --force "$old/checkout" 2> /dev/null; rm -rf "$old"' EXIT
git worktree add --quiet --detach "$old/checkout" "$1"
(cd "$old/checkout" && "$maven" -q -pl diagnosis -am compile -Dchecks.skip=true >&2)
"$maven" -q -pl benchmarks -am package -DskipTests -Dchecks.skip=true >&2
"$java" -Xms10g -Xmx10g -XX:+UseParallelGC -Dqorrelate.home="$home" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
    io.qorrelate.benchmarks.Comparison "$old/checkout/diagnosis/target/classes" diagnosis/target/classes "${2:-1000}" "${3:-15}"
