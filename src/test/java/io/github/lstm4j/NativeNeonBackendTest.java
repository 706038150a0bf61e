package io.github.lstm4j;

/** The contract on the native backend's neon variant. */
class NativeNeonBackendTest extends NativeContract {
  @Override
  String variant() {
    return "neon";
  }
}
