package io.github.lstm4j;

/** The contract on the native backend's avx512 variant. */
class NativeAvx512BackendTest extends NativeContract {
  @Override
  String variant() {
    return "avx512";
  }
}
