#!/bin/sh
# Says what the native build needs and this machine lacks, and fails if that is anything. The launcher
# shows the first line alone.
missing=
# make, because that is what cmake writes files for unless told otherwise.
for tool in cmake make gcc g++; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing${missing:+, }$tool"
done
if [ -n "$missing" ]; then
  echo "lstm4j: missing for native code: $missing"
  echo "lstm4j: install that, or build without native code: -Pjava-only" >&2
  exit 1
fi
