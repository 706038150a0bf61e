#!/bin/sh
# The C tests, twice: as shipped, and under AddressSanitizer and UndefinedBehaviorSanitizer.
# Arguments: the native source folder, the build folder of the shipped library.
set -e
(cd "$2" && ctest --output-on-failure)
if ! echo 'int main(void) { return 0; }' |
  ${CC:-cc} -fsanitize=address,undefined -xc - -o "$2/sanitized" 2>/dev/null; then
  echo "lstm4j: missing for the tests of native code: the compiler's libraries for -fsanitize=address,undefined" >&2
  echo "lstm4j: install them (libasan, libubsan), or leave these tests out: -Dnative.test.skip=true" >&2
  exit 1
fi
sh "$(dirname "$0")/configure.sh" "$1" "$2-sanitized" -DLSTM4J_SANITIZE=ON >/dev/null
cmake --build "$2-sanitized" --parallel 2 >/dev/null
(cd "$2-sanitized" && ctest --output-on-failure)
