package io.github.lstm4j.internal.kernels;

import static io.github.lstm4j.internal.kernels.NativeLayer.at;

import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.kernels.NativeLayer.NativeScratch;
import io.github.lstm4j.internal.memory.Floats;
import java.lang.ref.Reference;

/** The gradient of {@link NativePackedLayer}, all of it in C. */
final class NativeGradient extends LayerGradient {
  private final int isa;
  private final int inputSize;
  private final int hiddenSize;
  private final int outputSize;
  private final boolean projected;
  private final int keptStride;
  private final Floats weightIh;
  private final Floats weightHh;
  private final Floats weightHr;

  NativeGradient(int isa, CellWeights weights) {
    this.isa = isa;
    inputSize = weights.inputSize();
    hiddenSize = weights.hiddenSize();
    outputSize = weights.outputSize();
    projected = weights.projSize() > 0;
    keptStride = Floats.checkedSize(4 * CKernels.lstm4j_padded(isa, hiddenSize));
    weightIh = NativeLayer.room(isa, inputSize, 4 * hiddenSize, 0);
    weightHh = NativeLayer.room(isa, outputSize, 4 * hiddenSize, 0);
    weightHr = projected ? NativeLayer.room(isa, hiddenSize, outputSize, 0) : null;
  }

  @Override
  public void load(CellWeights weights, boolean forInput) {
    if (forInput) {
      pack(weights.weightIh(), inputSize, 4 * hiddenSize, weightIh);
    }
    pack(weights.weightHh(), outputSize, 4 * hiddenSize, weightHh);
    if (projected) {
      pack(weights.weightHr(), hiddenSize, outputSize, weightHr);
    }
  }

  private void pack(Floats from, int columns, int k, Floats into) {
    CKernels.lstm4j_pack_transposed(isa, columns, k, at(from, 0), at(into, 0));
    Reference.reachabilityFence(from);
  }

  @Override
  public void makeRoom(GateGradients gates, int rows) {
    NativeGateGradients g = (NativeGateGradients) gates;
    g.gates = NativeScratch.atLeastOnLargePages(g.gates, rows, 4 * hiddenSize);
    if (projected) {
      g.projected = NativeScratch.atLeastOnLargePages(g.projected, rows, outputSize);
      g.cellOut = NativeScratch.atLeastOnLargePages(g.cellOut, rows, hiddenSize);
    }
  }

  @Override
  void begin(GradientPass pass, Scratch scratch) {
    if (projected) {
      NativeScratch s = (NativeScratch) scratch;
      s.cellOut = NativeScratch.atLeast(s.cellOut, pass.lastRow - pass.firstRow, hiddenSize);
    }
  }

  @Override
  void steps(GradientPass pass, Scratch scratch, int t, int count, int active, boolean toState) {
    NativeKept kept = (NativeKept) pass.kept;
    NativeGateGradients g = (NativeGateGradients) pass.gates;
    long row = pass.row(t);
    CKernels.lstm4j_backward(
        isa,
        count,
        active,
        hiddenSize,
        outputSize,
        at(kept.gates, row * keptStride),
        at(kept.c, row * hiddenSize),
        at(weightHh, 0),
        projected ? at(weightHr, 0) : 0,
        at(pass.dOut, row * pass.outStride + pass.outColumn),
        pass.outStride,
        at(pass.dH, pass.hOffset + (long) pass.firstRow * outputSize),
        at(pass.dC, pass.cOffset + (long) pass.firstRow * hiddenSize),
        at(g.gates, row * 4 * hiddenSize),
        projected ? at(g.projected, row * outputSize) : 0,
        projected ? at(g.cellOut, row * hiddenSize) : 0,
        projected ? at(((NativeScratch) scratch).cellOut, 0) : 0,
        (pass.reverse ? 1L : -1L) * pass.rows.count(t),
        toState ? 1 : 0);
  }

  @Override
  void end(GradientPass pass, Scratch scratch) {
    // The gradients of the state were updated where they lie.
  }

  @Override
  void parameterPart(GradientPass pass, Scratch scratch, int part, int parts) {
    NativeScratch s = (NativeScratch) scratch;
    NativeGateGradients g = (NativeGateGradients) pass.gates;
    CellWeights into = pass.parameters;
    int gates = 4 * hiddenSize;
    int first = share(gates, part, parts);
    int count = share(gates, part + 1, parts) - first;
    boolean biased = into.biasIh() != null;
    if (biased) {
      s.gates = NativeScratch.atLeast(s.gates, 1, count);
    }
    CKernels.lstm4j_outer(
        isa,
        pass.rows.total(),
        count,
        at(g.gates, first),
        gates,
        inputSize,
        at(pass.x, 0),
        at(into.weightIh(), (long) first * inputSize),
        outputSize,
        at(((NativeKept) pass.kept).h, 0),
        at(into.weightHh(), (long) first * outputSize),
        pass.addToParameters ? 1 : 0,
        biased ? at(s.gates, 0) : 0,
        products(s, count, inputSize, outputSize));
    if (biased) {
      put(s.gates, count, into.biasIh(), first, pass.addToParameters);
      put(s.gates, count, into.biasHh(), first, pass.addToParameters);
    }
    if (projected) {
      projection(pass, s, g, share(outputSize, part, parts), share(outputSize, part + 1, parts));
    }
    Reference.reachabilityFence(into);
  }

  /** Rows {@code from} to {@code to} of {@code dW_hr}. */
  private void projection(
      GradientPass pass, NativeScratch s, NativeGateGradients g, int from, int to) {
    CKernels.lstm4j_outer(
        isa,
        pass.rows.total(),
        to - from,
        at(g.projected, from),
        outputSize,
        hiddenSize,
        at(g.cellOut, 0),
        at(pass.parameters.weightHr(), (long) from * hiddenSize),
        0,
        0,
        0,
        pass.addToParameters ? 1 : 0,
        0,
        products(s, to - from, hiddenSize, 0));
  }

  /** Scratch for products over rows, large enough for large pages in any case. */
  private long products(NativeScratch s, int m, int n1, int n2) {
    long size = Math.max(Floats.LARGE, CKernels.lstm4j_outer_scratch(isa, m, n1, n2));
    s.product = NativeScratch.atLeast(s.product, size);
    return at(s.product, 0);
  }

  private static void put(Floats sums, int count, Floats into, int first, boolean add) {
    for (int k = 0; k < count; k++) {
      float sum = sums.buffer().get(k);
      into.buffer().put(first + k, add ? into.buffer().get(first + k) + sum : sum);
    }
  }

  @Override
  void inputRows(GradientPass pass, Scratch scratch, int first, int rows) {
    CKernels.lstm4j_multiply(
        isa,
        rows,
        inputSize,
        4 * hiddenSize,
        at(((NativeGateGradients) pass.gates).gates, (long) first * 4 * hiddenSize),
        4 * hiddenSize,
        at(weightIh, 0),
        at(pass.dX, (long) first * inputSize),
        inputSize,
        pass.addToInput ? 1 : 0);
  }
}
