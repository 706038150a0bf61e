package io.github.lstm4j;

/**
 * The contract on the native backend with four threads, which share out directions and sequences or
 * units at once. The build lowers the limits so that small cases are shared out.
 */
class NativeFourThreadsBackendTest extends NativeContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withThreads(4);
  }
}
