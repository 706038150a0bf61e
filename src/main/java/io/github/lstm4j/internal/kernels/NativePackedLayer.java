package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.memory.Floats;
import java.lang.ref.Reference;

/**
 * The PACKED schedule: weights are reordered once, when the model is made. One native call
 * multiplies the input of a chunk of steps, one runs all steps of the chunk that have the same
 * rows, with the gates of each step kept in registers.
 *
 * <p>Every row is summed in a fixed order whatever rows, steps or calls stand beside it: a sequence
 * has the same bits alone and in a batch, padded and packed, in one call and step by step.
 */
final class NativePackedLayer extends NativeLayer {
  private final Floats weightIh;
  private final Floats weightHh;
  private final Floats weightHr;
  private final Floats bias;
  private final Floats biasSum;
  private final int gateColumns;
  private final int panels;

  NativePackedLayer(int isa, CellWeights weights) {
    this(isa, weights, Floats.checkedSize(4 * CKernels.lstm4j_padded(isa, weights.hiddenSize())));
  }

  private NativePackedLayer(int isa, CellWeights weights, int gateColumns) {
    // Short chunks: gates stay in the L2 cache from the projection to the recurrence. Not too short
    // (C takes ROW_BLOCK rows at once): the projection reads all weights once for every chunk.
    super(isa, weights, gateColumns, 1 << 17, 96);
    this.gateColumns = gateColumns;
    panels = gateColumns / 4 / CKernels.lstm4j_isa_width(isa);
    weightIh = room(isa, 4 * hiddenSize, inputSize, 1);
    weightHh = room(isa, 4 * hiddenSize, outputSize, 1);
    weightHr = projected ? room(isa, outputSize, hiddenSize, 0) : null;
    bias = room(isa, 4 * hiddenSize, 1, 1);
    biasSum = Floats.allocate(4L * hiddenSize);
    load(weights);
  }

  @Override
  public void load(CellWeights weights) {
    pack(weights.weightIh(), 4 * hiddenSize, inputSize, 1, weightIh);
    pack(weights.weightHh(), 4 * hiddenSize, outputSize, 1, weightHh);
    if (projected) {
      pack(weights.weightHr(), outputSize, hiddenSize, 0, weightHr);
    }
    weights.biasSum(biasSum.buffer());
    pack(biasSum, 4 * hiddenSize, 1, 1, bias);
  }

  private void pack(Floats from, int columns, int k, int gates, Floats into) {
    CKernels.lstm4j_pack(isa, columns, k, gates, at(from, 0), at(into, 0));
    Reference.reachabilityFence(from);
  }

  /** A projection mixes all units, so those of one step would have to wait twice. */
  @Override
  public int unitPieces() {
    return projected ? 1 : panels;
  }

  private int firstPanel(LayerPass pass, int part) {
    return (int) ((long) panels * part / pass.unitParts);
  }

  @Override
  void project(LayerPass pass, NativeScratch s, int rows, long x, long gates) {
    int from = firstPanel(pass, pass.unitPart);
    int to = firstPanel(pass, pass.unitPart + 1);
    int panelColumns = gateColumns / panels;
    CKernels.lstm4j_multiply(
        isa,
        rows,
        (long) (to - from) * panelColumns,
        inputSize,
        x,
        inputSize,
        at(weightIh, (long) from * panelColumns * inputSize),
        gates + (long) from * panelColumns * Float.BYTES,
        gateColumns,
        0);
  }

  @Override
  void steps(LayerPass pass, Scratch scratch, int t, int count, int active, int gateRow) {
    NativeScratch s = (NativeScratch) scratch;
    int towards = pass.reverse ? -1 : 1;
    // Steps lie as far apart as they have rows, in the block and outside.
    long outStep = (long) towards * pass.rows.count(t) * pass.outStride;
    long gatesStep = (long) towards * active * gateColumns;
    if (pass.unitParts > 1) {
      long gates = gatesAt(pass, s, t, gateRow);
      sharedSteps(pass, count, active, gates, gatesStep, outAt(pass, t), outStep);
      return;
    }
    if (pass.kept != null) {
      keptSteps(pass, s, t, count, active, outStep);
      return;
    }
    CKernels.lstm4j_recurrence(
        isa,
        count,
        active,
        hiddenSize,
        outputSize,
        gatesAt(pass, s, t, gateRow),
        gatesStep,
        at(bias, 0),
        at(weightHh, 0),
        projected ? at(weightHr, 0) : 0,
        hAt(pass),
        cAt(pass),
        projected ? at(s.cellOut, 0) : 0,
        outAt(pass, t),
        outStep,
        pass.outStride);
  }

  private void keptSteps(
      LayerPass pass, NativeScratch s, int t, int count, int active, long outStep) {
    NativeKept kept = (NativeKept) pass.kept;
    long rowStep = (long) (pass.reverse ? -1 : 1) * pass.rows.count(t);
    CKernels.lstm4j_recurrence_kept(
        isa,
        count,
        active,
        hiddenSize,
        outputSize,
        gatesAt(pass, s, t, 0),
        rowStep * gateColumns,
        at(bias, 0),
        at(weightHh, 0),
        projected ? at(weightHr, 0) : 0,
        hAt(pass),
        cAt(pass),
        projected ? at(s.cellOut, 0) : 0,
        outAt(pass, t),
        outStep,
        pass.outStride,
        at(kept.h, (long) pass.row(t) * outputSize),
        at(kept.c, (long) pass.row(t) * hiddenSize),
        rowStep);
  }

  /** This thread's units of every step; all threads' units are the next step's input. */
  private void sharedSteps(
      LayerPass pass, int count, int active, long gates, long gatesStep, long out, long outStep) {
    int from = firstPanel(pass, pass.unitPart);
    int to = firstPanel(pass, pass.unitPart + 1);
    long hIn = hAt(pass);
    long hInStride = hiddenSize;
    for (int k = 0; k < count; k++) {
      CKernels.lstm4j_step(
          isa,
          active,
          hiddenSize,
          from,
          to - from,
          k % 2,
          gates + k * gatesStep * Float.BYTES,
          at(bias, 0),
          at(weightHh, 0),
          hIn,
          hInStride,
          cAt(pass),
          out + k * outStep * Float.BYTES,
          pass.outStride);
      pass.barrier.await();
      hIn = out + k * outStep * Float.BYTES;
      hInStride = pass.outStride;
    }
    if (pass.unitPart == 0) {
      CKernels.lstm4j_copy_rows(active, hiddenSize, hIn, hInStride, hAt(pass), hiddenSize);
    }
    pass.barrier.await();
  }
}
