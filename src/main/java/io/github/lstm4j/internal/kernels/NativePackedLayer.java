package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.memory.Floats;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;

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
  private final int gateColumns;

  NativePackedLayer(int isa, CellWeights weights) {
    this(isa, weights, Math.toIntExact(4 * CKernels.lstm4j_padded(isa, weights.hiddenSize())));
  }

  private NativePackedLayer(int isa, CellWeights weights, int gateColumns) {
    // Short chunks: gates stay in the L2 cache from the projection to the recurrence.
    super(isa, weights, gateColumns, 1 << 17, 64);
    this.gateColumns = gateColumns;
    weightIh = pack(weights.weightIh(), 4 * hiddenSize, inputSize, 1);
    weightHh = pack(weights.weightHh(), 4 * hiddenSize, outputSize, 1);
    weightHr = projected ? pack(weights.weightHr(), outputSize, hiddenSize, 0) : null;
    bias = pack(FloatBuffer.wrap(weights.biasSum()), 4 * hiddenSize, 1, 1);
  }

  private Floats pack(FloatBuffer from, int columns, int k, int gates) {
    Floats plain = Floats.copyOf(from);
    Floats packed =
        Floats.allocate(Math.toIntExact(CKernels.lstm4j_packed_size(isa, columns, k, gates)));
    CKernels.lstm4j_pack(isa, columns, k, gates, at(plain, 0), at(packed, 0));
    Reference.reachabilityFence(plain);
    return packed;
  }

  @Override
  void project(NativeScratch s, int rows, long x, long gates) {
    CKernels.lstm4j_multiply(
        isa, rows, gateColumns, inputSize, x, inputSize, at(weightIh, 0), gates, gateColumns);
  }

  @Override
  void steps(LayerPass pass, Scratch scratch, int t, int count, int active, int gateRow) {
    NativeScratch s = (NativeScratch) scratch;
    int towards = pass.reverse ? -1 : 1;
    // Steps lie as far apart as they have rows, in the block and outside.
    long outStep = (long) towards * pass.rows.count(t) * pass.outStride;
    CKernels.lstm4j_recurrence(
        isa,
        count,
        active,
        hiddenSize,
        outputSize,
        gatesAt(s, gateRow),
        (long) towards * active * gateColumns,
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
}
