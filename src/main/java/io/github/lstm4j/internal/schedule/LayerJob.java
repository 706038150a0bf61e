package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerKernel;
import io.github.lstm4j.internal.kernels.LayerPass;
import io.github.lstm4j.internal.kernels.Rows;
import io.github.lstm4j.internal.kernels.Scratch;
import io.github.lstm4j.internal.kernels.SpinBarrier;
import io.github.lstm4j.internal.memory.Floats;
import java.util.Arrays;

/**
 * One layer of one call: both directions over all rows, on one thread or shared out among several:
 * by direction, and then by ranges of sequences that are alike in work, or, where those are few or
 * would be uneven, by ranges of hidden units, whose threads meet after every time step.
 *
 * <p>However a layer is shared out, every sequence and unit is computed by the same sums: the
 * answer has the same bits for any number of threads, where the schedule gives the same bits for
 * any batch.
 */
final class LayerJob extends Workers.Job {
  /** Multiplications and additions of a layer from which a second thread pays. */
  static final long WORTH_SHARING = ThreadSettings.worthSharing();

  /** Sequences per thread from which sharing out sequences beats sharing out units. */
  private static final int ROWS_PER_THREAD = 4;

  /** The same for recurrent weights from {@link #LARGE} on. */
  private static final int ROWS_PER_THREAD_LARGE = 17;

  /**
   * Recurrent weights of that many floats do not stay in a core's own cache. A thread that has
   * sequences of its own reads all of them in every step, one that has units only its share.
   */
  private static final long LARGE = 1 << 20;

  /**
   * How much larger the largest share of sequences may be than that of units would be. Threads that
   * share units wait for each other in every step, where one of them may be held up by others.
   */
  private static final double UNEVEN = 1.0 / 16;

  private final Kernels kernels;
  private final SpinBarrier[] barriers = {new SpinBarrier(), new SpinBarrier()};
  private LayerPass[] passes = {new LayerPass()};
  private Scratch[] scratches;

  private ForwardSchedule schedule;
  private Workspace ws;
  private int layer;
  private Floats x;
  private Floats out;
  private int directionParts;
  private int rowParts;
  private int unitParts;

  LayerJob(Kernels kernels) {
    this.kernels = kernels;
    this.scratches = new Scratch[] {kernels.newScratch()};
  }

  /** Runs a layer with at most {@code threads} threads, this one included. */
  void run(
      ForwardSchedule owner,
      Workspace workspace,
      int layerIndex,
      Floats from,
      Floats to,
      int threads) {
    schedule = owner;
    ws = workspace;
    layer = layerIndex;
    x = from;
    out = to;
    Rows rows = ws.call.rows;
    long helpers = 0;
    if (threads > 1 && rows.total() * schedule.work(layer) >= WORTH_SHARING) {
      int most = Math.min(threads, Workers.threads());
      makeRoom(most);
      helpers = Workers.reserve(most - 1);
    }
    share(1 + Long.bitCount(helpers), rows);
    int parts = directionParts * rowParts * unitParts;
    if (helpers == 0) {
      part(0);
    } else {
      barriers[0].reset(unitParts);
      barriers[1].reset(unitParts);
      Workers.run(this, parts, helpers);
    }
  }

  private void share(int threads, Rows rows) {
    directionParts = Math.min(schedule.directions(), threads);
    int each = threads / directionParts;
    boolean units =
        ws.tape == null
            // Only whole batches at a time, as one block.
            && rows.batch() <= schedule.cell(layer, 0).maxRows()
            && unitsArePreferable(rows, schedule.cell(layer, 0).unitPieces(), each);
    rowParts = units ? 1 : Math.max(1, Math.min(each, rows.batch()));
    unitParts = units ? each : 1;
  }

  private boolean unitsArePreferable(Rows rows, int pieces, int parts) {
    if (pieces == 1 || parts == 1) {
      return false;
    }
    int enough = schedule.recurrentWeights() < LARGE ? ROWS_PER_THREAD : ROWS_PER_THREAD_LARGE;
    if (rows.batch() < parts * enough) {
      return true;
    }
    double ofUnits = (pieces + parts - 1) / parts / (double) pieces;
    double ofRows = rows.largestShare(parts) / (double) rows.total();
    return ofRows > (1 + UNEVEN) * ofUnits;
  }

  /** Before helpers are reserved: this may run out of memory. */
  private void makeRoom(int parts) {
    if (passes.length < parts) {
      LayerPass[] morePasses = Arrays.copyOf(passes, parts);
      Scratch[] moreScratches = Arrays.copyOf(scratches, parts);
      for (int k = passes.length; k < parts; k++) {
        morePasses[k] = new LayerPass();
        moreScratches[k] = kernels.newScratch();
      }
      passes = morePasses;
      scratches = moreScratches;
    }
  }

  @Override
  void part(int part) {
    LayerPass pass = passes[part];
    int rowPart = part / directionParts / unitParts;
    pass.unitParts = unitParts;
    pass.unitPart = part / directionParts % unitParts;
    int first = ws.call.rows.boundary(rowPart, rowParts);
    int last = ws.call.rows.boundary(rowPart + 1, rowParts);
    for (int d = part % directionParts; d < schedule.directions(); d += directionParts) {
      pass.barrier = barriers[d];
      schedule.fillPass(pass, ws, layer, d, x, out);
      runBlocks(schedule.cell(layer, d), pass, scratches[part], first, last);
    }
  }

  /** The rows in equal blocks that the kernel's scratch can hold. */
  private static void runBlocks(
      LayerKernel cell, LayerPass pass, Scratch scratch, int first, int last) {
    int rows = last - first;
    int blocks = (rows + cell.maxRows() - 1) / cell.maxRows();
    for (int block = 0; block < blocks; block++) {
      pass.firstRow = first + (int) ((long) rows * block / blocks);
      pass.lastRow = first + (int) ((long) rows * (block + 1) / blocks);
      cell.run(pass, scratch);
    }
  }

  @Override
  void abort() {
    barriers[0].abort();
    barriers[1].abort();
  }

  /** Lets go of the call's memory. */
  void clear() {
    ws = null;
    x = null;
    out = null;
    for (LayerPass pass : passes) {
      pass.clear();
    }
  }
}
