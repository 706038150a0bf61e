package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.memory.Floats;

/**
 * The GEMM schedule: OpenBLAS multiplies the input of a chunk of steps, then per step the hidden
 * state; the fused C kernel does the rest. What a reader of the formulas would write, and the
 * yardstick for the PACKED schedule.
 */
final class NativeGemmLayer extends NativeLayer {
  private final Floats weightIh;
  private final Floats weightHh;
  private final Floats weightHr;
  private final Floats bias;

  NativeGemmLayer(int isa, CellWeights weights) {
    // Long chunks: each sgemm reorders all of W_ih before it multiplies.
    super(isa, weights, 4 * weights.hiddenSize(), 1 << 20, 256);
    weightIh = Floats.allocate(weights.weightIh().size());
    weightHh = Floats.allocate(weights.weightHh().size());
    weightHr = projected ? Floats.allocate(weights.weightHr().size()) : null;
    bias = Floats.allocate(4L * hiddenSize);
    load(weights);
  }

  @Override
  public void load(CellWeights weights) {
    weightIh.copyFrom(weights.weightIh(), 0, 0, weightIh.size());
    weightHh.copyFrom(weights.weightHh(), 0, 0, weightHh.size());
    if (projected) {
      weightHr.copyFrom(weights.weightHr(), 0, 0, weightHr.size());
    }
    weights.biasSum(bias.buffer());
  }

  @Override
  void project(LayerPass pass, NativeScratch s, int rows, long x, long gates) {
    StackRoom.require(); // for Blas, which must give its permit back
    s.blas.multiplyTransposed(rows, 4 * hiddenSize, inputSize, x, at(weightIh, 0), 0f, gates);
  }

  @Override
  void steps(LayerPass pass, Scratch scratch, int t, int count, int active, int gateRow) {
    int towards = pass.reverse ? -1 : 1;
    for (int k = 0; k < count; k++) {
      step(pass, (NativeScratch) scratch, t + towards * k, active, gateRow + towards * k * active);
    }
  }

  private void step(LayerPass pass, NativeScratch s, int t, int active, int gateRow) {
    long gates = gatesAt(pass, s, t, gateRow);
    long h = hAt(pass);
    long c = cAt(pass);
    long out = outAt(pass, t);
    s.blas.multiplyTransposed(active, 4 * hiddenSize, outputSize, h, at(weightHh, 0), 1f, gates);
    if (!projected) {
      CKernels.lstm4j_cell(isa, active, hiddenSize, gates, at(bias, 0), c, h, out, pass.outStride);
    } else {
      long full = at(s.cellOut, 0);
      CKernels.lstm4j_cell(isa, active, hiddenSize, gates, at(bias, 0), c, full, 0, 0);
      s.blas.multiplyTransposed(active, outputSize, hiddenSize, full, at(weightHr, 0), 0f, h);
      CKernels.lstm4j_copy_rows(active, outputSize, h, outputSize, out, pass.outStride);
    }
  }
}
