package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.examples.longmemory.Curve.Point;
import io.github.lstm4j.examples.longmemory.Curve.Run;
import java.io.PrintStream;
import java.util.Locale;

/** Says how far the training runs are; any thread may tell it. */
final class Progress {
  /** Updates of one run between two lines. */
  private static final int LINE = 500;

  private final PrintStream out;
  private final double total;
  private final long start = System.nanoTime();
  private double done;

  /**
   * Starts the clock.
   *
   * @param total time steps in all updates of all runs
   */
  Progress(PrintStream out, double total) {
    this.out = out;
    this.total = total;
  }

  /** Notes updates that were made. */
  synchronized void learnt(Run run, Point point, int updates) {
    done += (double) updates * run.length();
    if (point.updates() % LINE == 0) {
      line(run, String.format(Locale.ROOT, "error %.5f after %d", point.error(), point.updates()));
    }
  }

  /** Notes that a run has ended, and that it left some of its updates. */
  synchronized void finished(Curve curve, int left) {
    done += (double) left * curve.run().length();
    String result = curve.solvedAfter().isPresent() ? "solved" : "NOT solved";
    line(
        curve.run(),
        String.format(
            Locale.ROOT,
            "%s, %d updates, %.0f s",
            result,
            curve.last().updates(),
            curve.seconds()));
  }

  private void line(Run run, String what) {
    double seconds = (System.nanoTime() - start) / 1e9;
    out.printf(
        Locale.ROOT,
        "[%3.0f %%, about %4.0f s left]  T %d  %-32s  rate %-6s seed %d  %s%n",
        100 * done / total,
        seconds * (total - done) / Math.max(done, 1),
        run.length(),
        run.variant().name(),
        run.rate(),
        run.seed(),
        what);
  }
}
