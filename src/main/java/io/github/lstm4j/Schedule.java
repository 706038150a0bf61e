package io.github.lstm4j;

/** How the native backend walks through a layer. The Java backends have one schedule each. */
public enum Schedule {
  /**
   * The fastest for the model: at present PACKED for every shape; docs/decisions/0003 has the
   * measurements.
   */
  AUTO,
  /**
   * OpenBLAS {@code sgemm} for the input of many steps at once and for the recurrent product of
   * each step, then the fused cell. The reference that PACKED is measured against.
   */
  GEMM,
  /**
   * Weights reordered once; recurrent product, activations and cell update in one pass, gates in
   * registers. A sequence's answer has the same bits whatever else is in the batch.
   */
  PACKED
}
