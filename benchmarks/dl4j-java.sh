#!/bin/sh
# Java as run.sh takes it, for DL4J: its OpenBLAS, of 2021, takes CPUs that it does not know for a
# Barcelona of 2007. JMH cannot give a fork an environment of its own, but another executable.
if grep -q -w avx512f /proc/cpuinfo; then
  export OPENBLAS_CORETYPE=SkylakeX
elif grep -q -w avx2 /proc/cpuinfo; then
  export OPENBLAS_CORETYPE=Haswell
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$@"
