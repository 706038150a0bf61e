#!/bin/sh
# Builds lstm4j and the benchmarks, and runs them. See README.md.
#
#   ./run.sh check                 answers of every engine, under a minute
#   ./run.sh quick [options]       inference, about a quarter of an hour
#   ./run.sh full [options]        inference, overnight
#   ./run.sh train [options]       training, about a quarter of an hour
#   ./run.sh smoke [options]       ten minutes or more: does it run; its numbers mean little
#   ./run.sh check-train, smoke-train [options]   the same of training
#   ./run.sh report FILE.json...   table and page again, from results that are there
#
#   --shapes S,..  --engines E,..  --threads N  --other-java JDK_HOME  --rounds N
#   --machine NAME  --no-parts
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$here/target/work
typed="benchmarks/run.sh $*"
command=${1:-}
case $command in
  check | quick | full | smoke | check-train | train | smoke-train | report) shift ;;
  *)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"
    exit 2
    ;;
esac

# The number of threads decides how many cores are pinned.
threads=1
previous=
for argument in "$@"; do
  case $argument in --threads=*) threads=${argument#--threads=} ;; esac
  [ "$previous" = --threads ] && threads=$argument
  previous=$argument
done
case $threads in
  '' | 0* | *[!0-9]*) echo "run.sh: --threads: expected 1 or more, got $threads" >&2; exit 2 ;;
esac
unset OMP_NUM_THREADS OMP_THREAD_LIMIT # nproc obeys them
cores=$(nproc)
if [ "${#threads}" -gt 4 ] || [ "$threads" -gt "$cores" ]; then
  echo "run.sh: --threads: expected at most $cores, a core for each, got $threads" >&2
  exit 2
fi

need() {
  command -v "$1" >/dev/null 2>&1 || { echo "run.sh: needs $1: $2" >&2; exit 1; }
}
need mvn "Maven 3.8 or newer"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
need "$java" "a JDK, 17 or newer"

mkdir -p "$work"
# A second run would build over the classes that the first one measures, and take its core.
exec 9>"$work/lock"
if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
  echo "run.sh: another run is going on in this checkout" >&2
  exit 1
fi
echo "Building lstm4j and the benchmarks (the first build downloads the peers, about 1 GB) ..."
if ! mvn -B -q -f "$here/pom.xml" package -DskipTests \
  -Dmaven.javadoc.skip=true -Dmaven.source.skip=true >"$work/build.log" 2>&1; then
  tail -40 "$work/build.log" >&2
  echo "run.sh: the build failed; all of it is in $work/build.log" >&2
  exit 1
fi

# The last of the cores that this process may run on, which need not be a range from 0.
last_cores() {
  sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status | tr ',' '\n' |
    while IFS=- read -r first last; do seq "$first" "${last:-$first}"; done |
    tail -n "$threads" | paste -s -d , -
}

pin=
pinned=none
if ! command -v taskset >/dev/null 2>&1; then
  echo "run.sh: no taskset, so nothing is pinned to cores" >&2
else
  chosen=$(last_cores)
  if [ -n "$chosen" ] && taskset -c "$chosen" true 2>/dev/null; then
    pinned=$chosen
    pin="taskset -c $pinned"
  else
    echo "run.sh: taskset cannot pin to cores '$chosen', so nothing is pinned" >&2
  fi
fi

# Peers that run on OpenMP read these; lstm4j keeps what it finds there.
export OMP_NUM_THREADS="$threads" MKL_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads"
export TF_CPP_MIN_LOG_LEVEL=2 # TensorFlow's greetings
# What has a library take the CPU for a lesser one, or forget what it made, would have a peer look
# slower than it is.
for name in OPENBLAS_CORETYPE OPENBLAS_L2_SIZE MKL_CBWR MKL_ENABLE_INSTRUCTIONS ONEDNN_MAX_CPU_ISA \
  DNNL_MAX_CPU_ISA ATEN_CPU_CAPABILITY ONEDNN_PRIMITIVE_CACHE_CAPACITY \
  DNNL_PRIMITIVE_CACHE_CAPACITY; do
  if printenv "$name" >/dev/null; then
    echo "run.sh: $name=$(printenv "$name") is left out: it might slow a peer down" >&2
    unset "$name"
  fi
done
# lstm4j asks for large pages for its weights; so does glibc's malloc (2.35 and newer) for its peers'.
export GLIBC_TUNABLES="${GLIBC_TUNABLES-glibc.malloc.hugetlb=1}"

study() {
  $pin "$java" -Djava.awt.headless=true \
    -cp "$here/study/target/classes:$(cat "$here/study/target/classpath.txt")" \
    io.github.lstm4j.benchmarks.study.Main "$@"
}

case $command in
  report)
    pin=
    study report "$@"
    ;;
  check)
    study check INFERENCE --benchmarks "$here" "$@"
    ;;
  check-train)
    study check TRAINING --benchmarks "$here" "$@"
    ;;
  *)
    # What the machine can do at most, measured in the same run; without a compiler it stays open.
    rm -f "$work/limits"
    if command -v gcc >/dev/null 2>&1; then
      gcc -O3 -march=native -o "$work/limits" "$here/native/limits.c" ||
        echo "run.sh: gcc cannot compile limits.c, so the machine's limits are not measured" >&2
    else
      echo "run.sh: no gcc, so the machine's limits are not measured" >&2
    fi
    commit=$(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo unknown)
    [ -z "$(git -C "$here" status --porcelain -- .. ':!results' 2>/dev/null)" ] || commit="$commit with changes"
    study measure "$command" --benchmarks "$here" --commit "$commit" --command "$typed" \
      --pinned "$pinned" "$@"
    ;;
esac
