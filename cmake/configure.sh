#!/bin/sh
# Configures a build of the C code. Arguments: the source folder, the build folder, more options of cmake's.
set -e
source=$1
build=$2
shift 2

real() {
  (CDPATH='' cd -- "$1" 2>/dev/null && pwd -P)
}

# cmake refuses a build folder of other sources, which it is once the clone was moved or copied.
cache=$build/CMakeCache.txt
if [ -f "$cache" ]; then
  configured=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$cache")
  if [ "$(real "$configured")" != "$(real "$source")" ]; then
    rm -rf "$cache" "$build/CMakeFiles"
  fi
fi
exec cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release "$@"
