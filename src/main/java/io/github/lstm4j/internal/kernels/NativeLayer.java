package io.github.lstm4j.internal.kernels;

import io.github.lstm4j.internal.bindings.Addresses;
import io.github.lstm4j.internal.bindings.Blas;
import io.github.lstm4j.internal.bindings.CKernels;
import io.github.lstm4j.internal.memory.Floats;

/** What the native schedules share: sizes, scratch, and which input rows a chunk has. */
abstract class NativeLayer extends LayerKernel {
  /** Gate rows, room for input rows and cell outputs, and pointers for OpenBLAS. */
  static final class NativeScratch implements Scratch {
    final Blas blas = new Blas();
    Floats input = Floats.allocate(0);
    Floats gates = Floats.allocate(0);
    Floats cellOut = Floats.allocate(0);
    Floats product = Floats.allocate(0);

    /** Floats in 1 MiB. */
    private static final int SOME = 1 << 18;

    static Floats atLeast(Floats floats, int rows, int stride) {
      return atLeast(floats, (long) rows * stride);
    }

    static Floats atLeast(Floats floats, long size) {
      return floats.size() >= size ? floats : advised(Floats.allocate(size));
    }

    /**
     * The same for what training keeps, which is far away when it is read again: blocks of 1 MiB or
     * more are made so large that they have large pages. Where the system has these, what is not
     * used of a block takes address space alone, and of the JVM's limit on direct memory.
     */
    static Floats atLeastOnLargePages(Floats floats, int rows, int stride) {
      long size = (long) rows * stride;
      return atLeast(floats, size < SOME ? size : Math.max(size, Floats.LARGE));
    }
  }

  final int isa;
  final int inputSize;
  final int hiddenSize;
  final int outputSize;
  final boolean projected;

  /** Floats per gate row. */
  private final int gateStride;

  NativeLayer(int isa, CellWeights weights, int gateStride, int chunkFloats, int minRows) {
    super(weights.hiddenSize(), chunkFloats, minRows);
    this.isa = isa;
    this.gateStride = gateStride;
    inputSize = weights.inputSize();
    hiddenSize = weights.hiddenSize();
    outputSize = weights.outputSize();
    projected = weights.projSize() > 0;
  }

  /** The address of an element. */
  static long at(Floats floats, long index) {
    return Addresses.of(floats) + index * Float.BYTES;
  }

  /** Room for a packed matrix. */
  static Floats room(int isa, int columns, int k, int gates) {
    return advised(Floats.allocate(CKernels.lstm4j_packed_size(isa, columns, k, gates)));
  }

  /**
   * Large blocks on large pages, where the system has them: rows far apart need fewer addresses.
   */
  private static Floats advised(Floats fresh) {
    CKernels.lstm4j_renew_as_huge_pages(at(fresh, 0), (long) fresh.size() * Float.BYTES);
    return fresh;
  }

  /**
   * Where the block's gates of step {@code t} lie: in the scratch, {@code gateRow} rows after its
   * start, or where they are kept.
   */
  final long gatesAt(LayerPass pass, NativeScratch s, int t, int gateRow) {
    return pass.kept == null
        ? at(s.gates, (long) gateRow * gateStride)
        : at(((NativeKept) pass.kept).gates, (long) pass.row(t) * gateStride);
  }

  @Override
  public final void makeRoom(Kept kept, int rows) {
    NativeKept k = (NativeKept) kept;
    k.gates = NativeScratch.atLeastOnLargePages(k.gates, rows, gateStride);
    k.h = NativeScratch.atLeastOnLargePages(k.h, rows, outputSize);
    k.c = NativeScratch.atLeastOnLargePages(k.c, rows, hiddenSize);
  }

  /** Where the block's state lies. */
  final long hAt(LayerPass pass) {
    return at(pass.h, pass.hOffset + (long) pass.firstRow * outputSize);
  }

  /** See {@link #hAt}. */
  final long cAt(LayerPass pass) {
    return at(pass.c, pass.cOffset + (long) pass.firstRow * hiddenSize);
  }

  /** Where the block's output of step {@code t} lies. */
  final long outAt(LayerPass pass, int t) {
    return at(pass.out, (long) pass.row(t) * pass.outStride + pass.outColumn);
  }

  /** Gates that are kept leave the caches anyway: more at once, and C asks for where they lie. */
  @Override
  final int mostRows(LayerPass pass) {
    return pass.kept == null ? maxRows() : 2 * maxRows();
  }

  @Override
  final void begin(LayerPass pass, Scratch scratch, int blockRows, int chunkRows) {
    NativeScratch s = (NativeScratch) scratch;
    if (pass.kept == null) {
      s.gates = NativeScratch.atLeast(s.gates, chunkRows, gateStride);
    }
    if (projected) {
      s.cellOut = NativeScratch.atLeast(s.cellOut, blockRows, hiddenSize);
    }
  }

  @Override
  final void project(LayerPass pass, Scratch scratch, int from, int to, int rows) {
    NativeScratch s = (NativeScratch) scratch;
    if (pass.wholeBatch()) {
      project(
          pass, s, rows, at(pass.x, (long) pass.row(from) * inputSize), gatesAt(pass, s, from, 0));
      return;
    }
    if (pass.kept == null && rows > 0) {
      project(pass, s, rows, gathered(pass, s, from, to, rows), at(s.gates, 0));
      return;
    }
    for (int t = from; t < to; t++) {
      if (pass.active(t) > 0) {
        long x = at(pass.x, (long) pass.row(t) * inputSize);
        project(pass, s, pass.active(t), x, gatesAt(pass, s, t, 0));
      }
    }
  }

  /**
   * The block's input rows side by side: copying them costs less than reading {@code W_ih} once for
   * every step.
   */
  private long gathered(LayerPass pass, NativeScratch s, int from, int to, int rows) {
    s.input = NativeScratch.atLeast(s.input, rows, inputSize);
    long into = at(s.input, 0);
    for (int t = from; t < to; t++) {
      long size = (long) pass.active(t) * inputSize;
      long x = at(pass.x, (long) pass.row(t) * inputSize);
      CKernels.lstm4j_copy_rows(1, size, x, size, into, size);
      into += size * Float.BYTES;
    }
    return into - (long) rows * inputSize * Float.BYTES;
  }

  /** {@code gates = x · W_ih^T} for {@code rows} rows, 1 or more, that lie side by side. */
  abstract void project(LayerPass pass, NativeScratch s, int rows, long x, long gates);

  @Override
  final void end(LayerPass pass, Scratch scratch, int blockRows) {
    // The state was updated where it lies.
  }
}
