package io.github.lstm4j;

/** The gradients' contract on the native backend's baseline variant. */
class NativeBaselineGradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return "baseline";
  }
}
