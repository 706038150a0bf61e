package io.github.lstm4j;

/** The gradients' contract on the native backend's neon variant. */
class NativeNeonGradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return "neon";
  }
}
