package io.github.lstm4j;

/**
 * The contract on the native backend with two threads, which share out directions or sequences, or
 * the hidden units of one sequence. The build lowers the limits so that small cases are shared out.
 */
class NativeTwoThreadsBackendTest extends NativeContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withThreads(2);
  }
}
