package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The gradient of {@link HeapLayer}. */
final class HeapGradient extends LayerGradient {
  /** Rows of {@code dX} computed at a time. */
  private static final int INPUT_ROWS = 64;

  /** One thread's temporary memory. */
  static final class Work {
    private float[] dOut = {};
    private float[] dH = {};
    private float[] dC = {};
    private float[] tanhC = {};
    private float[] dCell = {};
    private float[] rows = {};
    private float[] sums = {};
    private final HeapProduct.Left left = new HeapProduct.Left();
    private final List<HeapProduct> products = new ArrayList<>();

    /** Few widths occur in a model. */
    HeapProduct product(HeapMath math, int width) {
      for (int k = 0; k < products.size(); k++) {
        if (products.get(k).width() == width) {
          return products.get(k);
        }
      }
      products.add(new HeapProduct(math, width));
      return products.get(products.size() - 1);
    }
  }

  private final HeapMath math;
  private final HeapMath.Matrix weightIh;
  private final HeapMath.Matrix weightHh;
  private final HeapMath.Matrix weightHr;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final int gateStride;
  private final int cellStride;
  private final int hStride;
  private final int inputStride;

  HeapGradient(HeapMath math, CellWeights weights) {
    this.math = math;
    inputSize = weights.inputSize();
    hiddenSize = weights.hiddenSize();
    outputSize = weights.outputSize();
    gateStride = math.padded(4 * hiddenSize);
    cellStride = math.padded(hiddenSize);
    hStride = math.padded(outputSize);
    inputStride = math.padded(inputSize);
    weightIh = math.matrix(inputSize, 4 * hiddenSize);
    weightHh = math.matrix(outputSize, 4 * hiddenSize);
    boolean projected = weights.projSize() > 0;
    weightHr = projected ? math.matrix(hiddenSize, outputSize) : null;
  }

  @Override
  public void load(CellWeights weights, boolean forInput) {
    int gates = 4 * hiddenSize;
    if (forInput) {
      math.packTransposed(weights.weightIh().buffer(), 0, inputSize, gates, weightIh);
    }
    math.packTransposed(weights.weightHh().buffer(), 0, outputSize, gates, weightHh);
    if (weightHr != null) {
      math.packTransposed(weights.weightHr().buffer(), 0, hiddenSize, outputSize, weightHr);
    }
  }

  @Override
  public void makeRoom(GateGradients gates, int rows) {
    int projected = weightHr == null ? 0 : hStride;
    ((HeapGateGradients) gates).makeRoom(rows, gateStride, projected, cellStride);
  }

  private static Work work(Scratch scratch) {
    HeapLayer.HeapScratch s = (HeapLayer.HeapScratch) scratch;
    if (s.gradient == null) {
      s.gradient = new Work();
    }
    return s.gradient;
  }

  @Override
  void begin(GradientPass pass, Scratch scratch) {
    Work w = work(scratch);
    int block = pass.lastRow - pass.firstRow;
    w.dOut = HeapKept.atLeast(w.dOut, 1, hStride);
    w.dH = HeapKept.atLeast(w.dH, block, hStride);
    w.dC = HeapKept.atLeast(w.dC, block, cellStride);
    w.tanhC = HeapKept.atLeast(w.tanhC, block, cellStride);
    w.dCell = weightHr == null ? w.dCell : HeapKept.atLeast(w.dCell, block, cellStride);
    w.sums = HeapKept.atLeast(w.sums, 1, Math.max(hStride, cellStride));
    for (int r = 0; r < block; r++) {
      int row = pass.firstRow + r;
      pass.dH.buffer().get(pass.hOffset + row * outputSize, w.dH, r * hStride, outputSize);
      pass.dC.buffer().get(pass.cOffset + row * hiddenSize, w.dC, r * cellStride, hiddenSize);
    }
  }

  @Override
  void steps(GradientPass pass, Scratch scratch, int t, int count, int active, boolean toState) {
    int towards = pass.reverse ? 1 : -1;
    for (int k = 0; k < count; k++) {
      boolean goesOn = toState || k + 1 < count;
      step(pass, work(scratch), pass.row(t + towards * k), active, goesOn);
    }
  }

  private void step(GradientPass pass, Work w, int row, int active, boolean goesOn) {
    HeapGateGradients gates = (HeapGateGradients) pass.gates;
    addOutput(pass, w, row, active);
    float[] dH = w.dH;
    if (weightHr != null) {
      System.arraycopy(w.dH, 0, gates.projected, row * hStride, active * hStride);
      math.multiply(weightHr, active, w.dH, 0, hStride, w.dCell, 0, cellStride, false, w.sums);
      dH = w.dCell;
    }
    HeapKept kept = (HeapKept) pass.kept;
    int z = row * gateStride;
    math.cellGradient(
        active,
        hiddenSize,
        kept.gates,
        4 * row * cellStride,
        kept.c,
        row * cellStride,
        dH,
        w.dC,
        gates.gates,
        z,
        gateStride,
        w.tanhC,
        cellStride);
    if (weightHr != null) {
      keepCellOutput(kept, gates, w, row, active);
    }
    if (goesOn) {
      math.multiply(weightHh, active, gates.gates, z, gateStride, w.dH, 0, hStride, false, w.sums);
    }
  }

  private void addOutput(GradientPass pass, Work w, int row, int active) {
    for (int r = 0; r < active; r++) {
      int out = (row + r) * pass.outStride + pass.outColumn;
      pass.dOut.buffer().get(out, w.dOut, 0, outputSize);
      for (int k = 0; k < outputSize; k++) {
        w.dH[r * hStride + k] += w.dOut[k];
      }
    }
  }

  /** {@code h = o * tanh(c)}, the input of the projection. */
  private void keepCellOutput(HeapKept kept, HeapGateGradients gates, Work w, int row, int active) {
    for (int r = 0; r < active; r++) {
      int o = (4 * (row + r) + 3) * cellStride;
      for (int j = 0; j < hiddenSize; j++) {
        gates.cellOut[(row + r) * cellStride + j] = kept.gates[o + j] * w.tanhC[r * cellStride + j];
      }
    }
  }

  @Override
  void end(GradientPass pass, Scratch scratch) {
    Work w = work(scratch);
    for (int r = 0; r < pass.lastRow - pass.firstRow; r++) {
      int row = pass.firstRow + r;
      pass.dH.buffer().put(pass.hOffset + row * outputSize, w.dH, r * hStride, outputSize);
      pass.dC.buffer().put(pass.cOffset + row * hiddenSize, w.dC, r * cellStride, hiddenSize);
    }
  }

  @Override
  void parameterPart(GradientPass pass, Scratch scratch, int part, int parts) {
    Work w = work(scratch);
    CellWeights into = pass.parameters;
    HeapGateGradients gates = (HeapGateGradients) pass.gates;
    int rows = pass.rows.total();
    int first = share(4 * hiddenSize, part, parts);
    int columns = share(4 * hiddenSize, part + 1, parts) - first;
    boolean add = pass.addToParameters;
    HeapProduct.Left left = w.left.set(gates.gates, gateStride, first, columns, rows);
    HeapProduct input = w.product(math, inputSize);
    input.run(left, pass.x.buffer(), inputSize, into.weightIh(), add);
    w.product(math, outputSize)
        .run(left, ((HeapKept) pass.kept).hBuffer, hStride, into.weightHh(), add);
    if (into.biasIh() != null) {
      input.columnSums(left, into.biasIh(), into.biasHh(), add);
    }
    if (weightHr != null) {
      first = share(outputSize, part, parts);
      columns = share(outputSize, part + 1, parts) - first;
      left.set(gates.projected, hStride, first, columns, rows);
      w.product(math, hiddenSize).run(left, gates.cellOutBuffer, cellStride, into.weightHr(), add);
    }
  }

  @Override
  void inputRows(GradientPass pass, Scratch scratch, int first, int rows) {
    Work w = work(scratch);
    w.rows = HeapKept.atLeast(w.rows, INPUT_ROWS, inputStride);
    w.sums = HeapKept.atLeast(w.sums, 1, inputStride);
    float[] gates = ((HeapGateGradients) pass.gates).gates;
    for (int row = first; row < first + rows; row += INPUT_ROWS) {
      int some = Math.min(INPUT_ROWS, first + rows - row);
      int z = row * gateStride;
      math.multiply(weightIh, some, gates, z, gateStride, w.rows, 0, inputStride, false, w.sums);
      for (int r = 0; r < some; r++) {
        put(w, r * inputStride, pass.dX, (row + r) * inputSize, pass.addToInput);
      }
    }
  }

  private void put(Work w, int from, Floats into, int at, boolean add) {
    FloatBuffer buffer = into.buffer();
    if (add) {
      buffer.get(at, w.sums, 0, inputSize);
      for (int k = 0; k < inputSize; k++) {
        w.rows[from + k] += w.sums[k];
      }
    }
    buffer.put(at, w.rows, from, inputSize);
  }
}
