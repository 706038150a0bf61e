#!/bin/sh
# The C tests, twice: as shipped, and under AddressSanitizer and UndefinedBehaviorSanitizer.
# Arguments: the native source folder, the build folder of the shipped library.
set -e
(cd "$2" && ctest --output-on-failure)
sh "$(dirname "$0")/configure.sh" "$1" "$2-sanitized" -DLSTM4J_SANITIZE=ON >/dev/null
cmake --build "$2-sanitized" --parallel 2 >/dev/null
(cd "$2-sanitized" && ctest --output-on-failure)
