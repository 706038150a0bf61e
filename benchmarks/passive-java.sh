#!/bin/sh
# Java as run.sh takes it, whose OpenMP threads sleep while they wait instead of spinning. JMH cannot
# give a fork an environment of its own, but it can give it another executable.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$@"
