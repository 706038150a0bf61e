#!/bin/sh
# Java as run.sh takes it, for PyTorch: it makes outputs anew in every call. What it frees stays with
# the process, or every call would take that from the system again and wait for its zeros.
keep=glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296
keep=$keep:glibc.malloc.top_pad=67108864
export GLIBC_TUNABLES="${GLIBC_TUNABLES:+$GLIBC_TUNABLES:}$keep"
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$@"
