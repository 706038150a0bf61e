package io.github.lstm4j;

/** The contract on the native backend's avx2 variant. */
class NativeAvx2BackendTest extends NativeContract {
  @Override
  String variant() {
    return "avx2";
  }
}
