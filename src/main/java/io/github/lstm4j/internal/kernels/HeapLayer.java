package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;

/**
 * A layer computed in Java, on float arrays: the JIT compiler optimises those best. Input and
 * output rows are copied from and to off-heap memory, which costs little beside {@code 4H} products
 * per element.
 */
final class HeapLayer extends LayerKernel {
  static final class HeapScratch implements Scratch {
    private float[] x = {};
    private float[] gates = {};
    private float[] h = {};
    private float[] c = {};
    private float[] cellOut = {};
    private float[] sums = {};

    /** The four gates of one row. */
    private float[] rowGates = {};

    /** What the gradient needs; made when it first runs. */
    HeapGradient.Work gradient;
  }

  private final HeapMath math;
  private final HeapMath.Matrix weightIh;
  private final HeapMath.Matrix weightHh;
  private final HeapMath.Matrix weightHr;
  private final FloatBuffer bias;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final int gateStride;
  private final int cellStride;
  private final int hStride;

  HeapLayer(HeapMath math, CellWeights weights) {
    super(weights.hiddenSize(), 1 << 17, 64);
    this.math = math;
    inputSize = weights.inputSize();
    hiddenSize = weights.hiddenSize();
    outputSize = weights.outputSize();
    gateStride = math.padded(4 * hiddenSize);
    cellStride = math.padded(hiddenSize);
    hStride = math.padded(outputSize);
    weightIh = math.matrix(4 * hiddenSize, inputSize);
    weightHh = math.matrix(4 * hiddenSize, outputSize);
    weightHr = weights.projSize() == 0 ? null : math.matrix(outputSize, hiddenSize);
    // Padded, because vector code reads whole registers past a gate's end.
    bias = FloatBuffer.allocate(math.padded(4 * hiddenSize) + cellStride);
    load(weights);
  }

  @Override
  public void load(CellWeights weights) {
    math.pack(weights.weightIh().buffer(), weightIh);
    math.pack(weights.weightHh().buffer(), weightHh);
    if (weightHr != null) {
      math.pack(weights.weightHr().buffer(), weightHr);
    }
    weights.biasSum(bias);
  }

  @Override
  public void makeRoom(Kept kept, int rows) {
    ((HeapKept) kept).makeRoom(rows, cellStride, hStride);
  }

  @Override
  void begin(LayerPass pass, Scratch scratch, int blockRows, int chunkRows) {
    HeapScratch s = (HeapScratch) scratch;
    s.x = HeapKept.atLeast(s.x, chunkRows, inputSize);
    s.gates = HeapKept.atLeast(s.gates, chunkRows + 1, gateStride);
    s.sums = HeapKept.atLeast(s.sums, 1, Math.max(gateStride, hStride));
    s.rowGates = HeapKept.atLeast(s.rowGates, 4, cellStride);
    s.h = HeapKept.atLeast(s.h, blockRows, hStride);
    s.c = HeapKept.atLeast(s.c, blockRows, cellStride);
    s.cellOut = weightHr == null ? s.cellOut : HeapKept.atLeast(s.cellOut, blockRows, cellStride);
    for (int r = 0; r < blockRows; r++) {
      int row = pass.firstRow + r;
      pass.h.buffer().get(pass.hOffset + row * outputSize, s.h, r * hStride, outputSize);
      pass.c.buffer().get(pass.cOffset + row * hiddenSize, s.c, r * cellStride, hiddenSize);
    }
  }

  @Override
  void project(LayerPass pass, Scratch scratch, int from, int to, int rows) {
    HeapScratch s = (HeapScratch) scratch;
    if (pass.wholeBatch()) {
      pass.x.buffer().get(pass.row(from) * inputSize, s.x, 0, rows * inputSize);
    } else {
      int row = 0;
      for (int t = from; t < to; t++) {
        int active = pass.active(t);
        if (active > 0) {
          pass.x.buffer().get(pass.row(t) * inputSize, s.x, row * inputSize, active * inputSize);
        }
        row += active;
      }
    }
    math.multiply(weightIh, rows, s.x, 0, inputSize, s.gates, 0, gateStride, false, s.sums);
  }

  @Override
  void steps(LayerPass pass, Scratch scratch, int t, int count, int active, int gateRow) {
    int towards = pass.reverse ? -1 : 1;
    for (int k = 0; k < count; k++) {
      step(pass, (HeapScratch) scratch, t + towards * k, active, gateRow + towards * k * active);
    }
  }

  private void step(LayerPass pass, HeapScratch s, int t, int active, int gateRow) {
    int gates = gateRow * gateStride;
    if (!isZero(s.h, active)) {
      math.multiply(weightHh, active, s.h, 0, hStride, s.gates, gates, gateStride, true, s.sums);
    }
    float[] cellOut = weightHr == null ? s.h : s.cellOut;
    float[] keep = s.rowGates;
    int keepAt = 0;
    int keepStride = 0;
    if (pass.kept != null) {
      HeapKept kept = (HeapKept) pass.kept;
      int row = pass.row(t);
      System.arraycopy(s.h, 0, kept.h, row * hStride, active * hStride);
      System.arraycopy(s.c, 0, kept.c, row * cellStride, active * cellStride);
      keep = kept.gates;
      keepStride = 4 * cellStride;
      keepAt = row * keepStride;
    }
    math.cell(
        active,
        hiddenSize,
        s.gates,
        gates,
        gateStride,
        bias.array(),
        s.c,
        cellOut,
        cellStride,
        keep,
        keepAt,
        keepStride);
    if (weightHr != null) {
      math.multiply(weightHr, active, s.cellOut, 0, cellStride, s.h, 0, hStride, false, s.sums);
    }
    int out = pass.row(t) * pass.outStride + pass.outColumn;
    for (int r = 0; r < active; r++) {
      pass.out.buffer().put(out + r * pass.outStride, s.h, r * hStride, outputSize);
    }
  }

  /** Whether the product of h would add nothing: most sequences begin so. */
  private boolean isZero(float[] h, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < outputSize; k++) {
        if (h[r * hStride + k] != 0) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  void end(LayerPass pass, Scratch scratch, int blockRows) {
    HeapScratch s = (HeapScratch) scratch;
    for (int r = 0; r < blockRows; r++) {
      int row = pass.firstRow + r;
      put(pass.h, pass.hOffset + row * outputSize, s.h, r * hStride, outputSize);
      put(pass.c, pass.cOffset + row * hiddenSize, s.c, r * cellStride, hiddenSize);
    }
  }

  private static void put(Floats to, int index, float[] from, int offset, int count) {
    to.buffer().put(index, from, offset, count);
  }
}
