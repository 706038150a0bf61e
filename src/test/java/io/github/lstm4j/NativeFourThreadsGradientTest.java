package io.github.lstm4j;

/** The gradients' contract on the native backend with four threads. */
class NativeFourThreadsGradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withThreads(4);
  }
}
