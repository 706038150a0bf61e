package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.nio.file.Path;

/** One line per fork, with the time left at the pace so far. */
final class Progress {
  private final int total;
  private final long start = System.nanoTime();
  private int done;
  private int skipped;

  Progress(int total) {
    this.total = total;
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

  void skip() {
    skipped++;
  }

  void failed(Task task, Path logs) {
    done++;
    System.out.printf("%s  FAILED   %s, see %s%n", position(), task, logs);
  }

  private String position() {
    double each = (System.nanoTime() - start) / 1e9 / done;
    long left = Math.round(each * (total - done - skipped) / 60);
    return String.format("[%4d/%d, %3d min left]", done + skipped, total, left);
  }

  private static String millis(Measurement measured) {
    return String.format("%.6f", measured.medianNanos() / 1e6);
  }
}
