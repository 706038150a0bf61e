package io.github.lstm4j;

/** The gradients' contract on the native backend's avx2 variant. */
class NativeAvx2GradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return "avx2";
  }
}
