package io.github.lstm4j;

/** The contract on the native backend's baseline variant. */
class NativeBaselineBackendTest extends NativeContract {
  @Override
  String variant() {
    return "baseline";
  }
}
