package io.github.lstm4j;

/** The contract on the native backend's widest variant in the GEMM schedule. */
class NativeGemmBackendTest extends NativeContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withSchedule(Schedule.GEMM);
  }

  @Override
  boolean batchInvariant() {
    return false;
  }
}
