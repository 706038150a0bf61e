#!/bin/sh
# torch-java.sh, and OpenMP's threads sleep while they wait instead of spinning. JMH cannot give a
# fork an environment of its own, but it can give it another executable.
export OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-PASSIVE}"
exec "$(dirname "$0")/torch-java.sh" "$@"
