#!/bin/sh
# Says in one line what the native build needs and this machine lacks.
missing=
for tool in cmake gcc g++; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
command -v make >/dev/null 2>&1 || command -v ninja >/dev/null 2>&1 || missing="$missing make"
if [ -n "$missing" ]; then
  echo "lstm4j: missing tools for the native build:$missing. Install them, or build with -Pjava-only." >&2
  exit 1
fi
