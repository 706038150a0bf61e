package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.CKernels;

/**
 * OpenBLAS and C, for one CPU variant and schedule. Made only when the native library has loaded.
 */
final class NativeKernels implements Kernels {
  private final int isa;
  private final boolean packed;

  NativeKernels(int isa, boolean packed) {
    this.isa = isa;
    this.packed = packed;
  }

  @Override
  public LayerKernel layer(CellWeights weights) {
    return packed ? new NativePackedLayer(isa, weights) : new NativeGemmLayer(isa, weights);
  }

  @Override
  public LayerGradient gradient(CellWeights weights) {
    return new NativeGradient(isa, weights);
  }

  @Override
  public Kept newKept() {
    return new NativeKept();
  }

  @Override
  public GateGradients newGateGradients() {
    return new NativeGateGradients();
  }

  @Override
  public Scratch newScratch() {
    return new NativeLayer.NativeScratch();
  }

  @Override
  public String variant() {
    return CKernels.lstm4j_isa_name(isa);
  }

  @Override
  public String schedule() {
    return packed ? "PACKED" : "GEMM";
  }
}
