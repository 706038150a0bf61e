package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.memory.Floats;

/**
 * Copies the rows of a call between the caller's order and packed order, on one thread or shared
 * out among several by time steps.
 */
final class CopyJob extends Workers.Job {
  /** So many multiplications take about as long as an element of rows that lie apart. */
  private static final int WORK = 16;

  private final ForwardCall call;
  private Floats from;
  private Floats to;
  private int width;
  private boolean gather;
  private boolean add;
  private int parts;

  CopyJob(ForwardCall call) {
    this.call = call;
  }

  /** See {@link ForwardCall#gather}. */
  void gather(Floats callersRows, Floats packedRows, int rowWidth, int threads) {
    gather = true;
    run(callersRows, packedRows, rowWidth, threads);
  }

  /** See {@link ForwardCall#scatter}. */
  void scatter(
      Floats packedRows, Floats callersRows, int rowWidth, boolean addToCallers, int threads) {
    gather = false;
    add = addToCallers;
    run(packedRows, callersRows, rowWidth, threads);
  }

  private void run(Floats source, Floats target, int rowWidth, int threads) {
    from = source;
    to = target;
    width = rowWidth;
    long rows = gather ? call.rows.total() : (long) call.paddedSteps * call.rows.batch();
    boolean worth = rows * width * WORK >= LayerJob.WORTH_SHARING;
    int most = Math.min(threads, Workers.threads());
    long helpers = worth && most > 1 ? Workers.reserve(most - 1) : 0;
    parts = 1 + Long.bitCount(helpers);
    try {
      Workers.run(this, parts, helpers);
    } finally {
      from = null;
      to = null;
    }
  }

  @Override
  void part(int part) {
    int first = boundary(part);
    int end = boundary(part + 1);
    if (gather) {
      call.gather(from, to, width, first, end);
    } else {
      call.scatter(from, to, width, add, first, end);
    }
  }

  /** The first step of a part: all have as many rows to copy, as far as whole steps allow. */
  private int boundary(int part) {
    if (!gather) {
      return (int) ((long) call.paddedSteps * part / parts);
    }
    long rows = (long) call.rows.total() * part / parts;
    int step = 0;
    while (call.rows.offset(step) < rows) {
      step++;
    }
    return step;
  }

  @Override
  void abort() {
    // Parts do not wait for each other.
  }
}
