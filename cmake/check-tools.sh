#!/bin/sh
# Says what the native build needs and this machine lacks, and fails if that is anything. The launcher
# shows the first line alone.
missing=
lacks() {
  missing="$missing${missing:+, }$1"
}

# A version as a number to compare: 3013 for 3.13.4.
number() {
  minor=${1#*.}
  echo $((${1%%.*} * 1000 + ${minor%%.*}))
}

# make, because that is what cmake writes files for unless told otherwise.
for tool in cmake make gcc g++; do
  command -v "$tool" >/dev/null 2>&1 || lacks "$tool"
done

oldest=$(sed -n 's/^cmake_minimum_required(VERSION \(.*\))/\1/p' "$(dirname "$0")/../native/CMakeLists.txt")
version=$(cmake --version 2>/dev/null | sed -n 's/^cmake[^ ]* version \([0-9]*\.[0-9]*\).*/\1/p')
if [ -n "$version" ] && [ "$(number "$version")" -lt "$(number "$oldest")" ]; then
  lacks "cmake $oldest or newer (this is $version)"
fi

if [ -n "$missing" ]; then
  echo "lstm4j: missing for native code: $missing"
  echo "lstm4j: install that, or build without native code: -Pjava-only" >&2
  exit 1
fi
