#!/bin/sh
# Builds the C kernels for 64-bit ARM (NEON) and runs their tests under emulation. Needs a cross
# compiler and qemu; on Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
set -e
root=$(cd "$(dirname "$0")/.." && pwd)
for tool in cmake aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "test-arm64: $tool is missing" >&2
    exit 1
  }
done
build=$root/target/native-arm64
sh "$root/cmake/configure.sh" "$root/native" "$build" -DCMAKE_TOOLCHAIN_FILE="$root/cmake/arm64-toolchain.cmake" >/dev/null
cmake --build "$build" --parallel 2 >/dev/null
cd "$build" && ctest --output-on-failure
