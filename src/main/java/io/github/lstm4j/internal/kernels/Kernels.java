package io.github.lstm4j.internal.kernels;

/** One backend. Stateless and shared. */
public interface Kernels {
  /** Makes the backend's form of one layer and direction; copies what it needs. */
  LayerKernel layer(CellWeights weights);

  /**
   * Makes the gradient of such a layer.
   *
   * @param weights its sizes are read, its numbers are not
   */
  LayerGradient gradient(CellWeights weights);

  /** Makes room for what a training forward keeps. */
  Kept newKept();

  /** Makes room for a layer's gate gradients. */
  GateGradients newGateGradients();

  /** Makes temporary memory for one thread's passes. */
  Scratch newScratch();

  /** The CPU variant or vector shape, for example {@code avx512} or {@code 512-bit vectors}. */
  String variant();

  /** The schedule of the recurrence: {@code PACKED} or {@code GEMM}, or {@code none} of these. */
  String schedule();
}
