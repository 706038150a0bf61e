package io.github.lstm4j;

/** The gradients' contract on the native backend's avx512 variant. */
class NativeAvx512GradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return "avx512";
  }
}
