#!/bin/sh
# Builds lstm4j and the study of long memory, and runs it. See docs/long-memory.md.
#
#   ./run.sh [FOLDER] [--smoke]   FOLDER is where the page goes; target/study here unless given
#
#   JAVA_HOME   which JDK (17 or newer); else java on the PATH
set -eu

here=$(cd "$(dirname "$0")" && pwd)
case ${1:-} in
  -h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
    exit
    ;;
  '' | -*) folder=$here/target/study ;;
  *)
    folder=$1
    shift
    ;;
esac

profile=
if ! sh "$here/../../cmake/check-tools.sh" 2>/dev/null; then
  profile=-Pjava-only
  echo "run.sh: so this runs in Java and takes longer" >&2
fi

mkdir -p "$here/target"
echo "building ..."
if ! mvn -B -ntp -q ${profile:+"$profile"} -f "$here/../pom.xml" process-classes >"$here/target/build.log" 2>&1; then
  tail -n 20 "$here/target/build.log" >&2
  echo "run.sh: the build failed; all of it is in $here/target/build.log" >&2
  exit 1
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" \
  -cp "$here/target/classes:$(cat "$here/target/classpath.txt")" \
  io.github.lstm4j.examples.longmemory.Main "$folder" "$@"
