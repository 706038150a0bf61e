package io.github.lstm4j;

/** The gradients' contract on the native backend with two threads. */
class NativeTwoThreadsGradientTest extends NativeGradientContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withThreads(2);
  }
}
