package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.nio.file.Path;
import java.util.List;

/** One line per shape and one per fork, with the time left at the pace so far. */
final class Progress {
  private final int total;
  private final long start = System.nanoTime();
  private int done;
  private int skipped;

  Progress(int total) {
    this.total = total;
  }

  /** Forks start one by one and then take turns, so that nothing is done for a while. */
  void starting(int round, List<Task> tasks) {
    String shape = tasks.isEmpty() ? "" : tasks.get(0).shape();
    if (!shape.isEmpty()) {
      System.out.printf(
          "%s  round %d  %s, JVMs: %d%n",
          position(), round, Shape.parse(shape).title(), tasks.size());
    }
  }

  void done(int round, Measurement measured) {
    done++;
    String shape = measured.shape().isEmpty() ? "" : Shape.parse(measured.shape()).title();
    System.out.printf(
        "%s  round %d  %-28s %-22s %-24s %s ms%s%n",
        position(),
        round,
        shape,
        measured.engine(),
        measured.benchmark(),
        millis(measured),
        measured.cpuShare() < MeasureCommand.ALONE
            ? String.format("  (had its core %.0f %% of the time)", 100 * measured.cpuShare())
            : "");
  }

  void skip(int tasks) {
    skipped += tasks;
  }

  void failed(Task task, Path logs) {
    done++;
    System.out.printf("%s  FAILED   %s, see %s%n", position(), task, logs);
  }

  private String position() {
    String left = "";
    if (done > 0) {
      double each = (System.nanoTime() - start) / 1e9 / done;
      left = String.format(", %3d min left", Math.round(each * (total - done - skipped) / 60));
    }
    return String.format("[%4d/%d%s]", done + skipped, total, left);
  }

  private static String millis(Measurement measured) {
    return String.format("%.6f", measured.medianNanos() / 1e6);
  }
}
