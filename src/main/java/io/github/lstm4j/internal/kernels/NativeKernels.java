package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.CKernels;

/** OpenBLAS and C, for one CPU variant. Made only when the native library has loaded. */
final class NativeKernels implements Kernels {
  private final int isa;

  NativeKernels(int isa) {
    this.isa = isa;
  }

  @Override
  public LayerKernel layer(CellWeights weights) {
    return new NativeGemmLayer(isa, weights);
  }

  @Override
  public Scratch newScratch() {
    return new NativeGemmLayer.NativeScratch();
  }

  @Override
  public String variant() {
    return CKernels.lstm4j_isa_name(isa);
  }

  @Override
  public String schedule() {
    return "GEMM";
  }
}
