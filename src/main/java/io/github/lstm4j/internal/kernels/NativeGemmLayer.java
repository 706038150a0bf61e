package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.Addresses;
import io.github.lstm4j.internal.bindings.Blas;
import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;

/**
 * The GEMM schedule: OpenBLAS multiplies the input of a chunk of steps, then per step the hidden
 * state; the fused C kernel does the rest. The state lives in the pass's own memory.
 */
final class NativeGemmLayer extends LayerKernel {
  static final class NativeScratch implements Scratch {
    private final Blas blas = new Blas();
    private Floats gates = Floats.allocate(0);
    private Floats cellOut = Floats.allocate(0);

    private static Floats atLeast(Floats floats, int rows, int stride) {
      int size = Math.multiplyExact(rows, stride);
      return floats.size() >= size ? floats : Floats.allocate(size);
    }
  }

  private final int isa;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final Floats weightIh;
  private final Floats weightHh;
  private final Floats weightHr;
  private final Floats bias;

  NativeGemmLayer(int isa, CellWeights weights) {
    super(weights.hiddenSize());
    this.isa = isa;
    inputSize = weights.inputSize();
    hiddenSize = weights.hiddenSize();
    outputSize = weights.outputSize();
    weightIh = copy(weights.weightIh());
    weightHh = copy(weights.weightHh());
    weightHr = weights.projSize() == 0 ? null : copy(weights.weightHr());
    bias = copy(FloatBuffer.wrap(weights.biasSum()));
  }

  private static Floats copy(FloatBuffer from) {
    Floats copy = Floats.allocate(from.capacity());
    copy.buffer().put(0, from, 0, from.capacity());
    return copy;
  }

  private static long at(Floats floats, long index) {
    return Addresses.of(floats) + index * Float.BYTES;
  }

  @Override
  void begin(LayerPass pass, Scratch scratch, int blockRows, int chunkRows) {
    NativeScratch s = (NativeScratch) scratch;
    s.gates = NativeScratch.atLeast(s.gates, chunkRows, 4 * hiddenSize);
    if (weightHr != null) {
      s.cellOut = NativeScratch.atLeast(s.cellOut, blockRows, hiddenSize);
    }
  }

  @Override
  void project(LayerPass pass, Scratch scratch, int from, int to, int rows) {
    if (pass.wholeBatch()) {
      project(pass, (NativeScratch) scratch, pass.row(from), rows, 0);
      return;
    }
    int gateRow = 0;
    for (int t = from; t < to; t++) {
      int active = pass.active(t);
      project(pass, (NativeScratch) scratch, pass.row(t), active, gateRow);
      gateRow += active;
    }
  }

  private void project(LayerPass pass, NativeScratch s, int row, int rows, int gateRow) {
    if (rows > 0) {
      long x = at(pass.x, (long) row * inputSize);
      long gates = at(s.gates, (long) gateRow * 4 * hiddenSize);
      s.blas.multiplyTransposed(rows, 4 * hiddenSize, inputSize, x, at(weightIh, 0), 0f, gates);
    }
  }

  @Override
  void step(LayerPass pass, Scratch scratch, int t, int active, int gateRow) {
    NativeScratch s = (NativeScratch) scratch;
    long gates = at(s.gates, (long) gateRow * 4 * hiddenSize);
    long h = at(pass.h, pass.hOffset + (long) pass.firstRow * outputSize);
    long c = at(pass.c, pass.cOffset + (long) pass.firstRow * hiddenSize);
    long out = at(pass.out, (long) pass.row(t) * pass.outStride + pass.outColumn);
    s.blas.multiplyTransposed(active, 4 * hiddenSize, outputSize, h, at(weightHh, 0), 1f, gates);
    if (weightHr == null) {
      CKernels.lstm4j_cell(isa, active, hiddenSize, gates, at(bias, 0), c, h, out, pass.outStride);
    } else {
      long full = at(s.cellOut, 0);
      CKernels.lstm4j_cell(isa, active, hiddenSize, gates, at(bias, 0), c, full, 0, 0);
      s.blas.multiplyTransposed(active, outputSize, hiddenSize, full, at(weightHr, 0), 0f, h);
      CKernels.lstm4j_copy_rows(active, outputSize, h, out, pass.outStride);
    }
  }

  @Override
  void end(LayerPass pass, Scratch scratch, int blockRows) {
    // The state was updated where it lies.
  }
}
