package io.github.lstm4j;

import io.github.lstm4j.internal.kernels.KernelCatalog;

/** The contract on the native backend's widest variant in the GEMM schedule. */
class NativeGemmBackendTest extends NativeContract {
  @Override
  String variant() {
    return KernelCatalog.nativeVariants().stream().reduce("none", (plainer, wider) -> wider);
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
