package io.github.lstm4j.benchmarks.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Everything a report is made from: what is kept in {@code results}.
 *
 * @param machine where it ran
 * @param run what ran
 * @param limits the machine's limits, one measurement per round; empty if there was no C compiler
 * @param engines what each engine said of itself, by label
 * @param measurements one per fork
 * @param failures what could not be measured, and why
 */
public record StudyResult(
    Machine machine,
    Run run,
    List<Limits> limits,
    Map<String, String> engines,
    List<Measurement> measurements,
    List<String> failures) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * What ran.
   *
   * @param pinned the cores it was pinned to, or none
   */
  public record Run(
      String plan,
      int rounds,
      int threads,
      String pinned,
      String jdk,
      String commit,
      String command,
      String date) {}

  /**
   * One fork's numbers.
   *
   * @param benchmark name of the benchmark class and method
   * @param engine label of the engine, or of the part
   * @param shape text of the shape, empty if there is none
   * @param medianNanos median over the calls of the fork
   * @param turnNanos the median of each turn; in a round, the n-th turns of all engines of a shape
   *     follow one another
   * @param calls how many calls were timed
   * @param bytesPerCall Java heap that the calling thread allocates per call, or NaN
   * @param cpuShare how much of the turns the calling thread had its core
   */
  public record Measurement(
      String benchmark,
      String engine,
      String shape,
      int round,
      double medianNanos,
      double p10Nanos,
      double p90Nanos,
      List<Double> turnNanos,
      long calls,
      double bytesPerCall,
      double cpuShare) {

    /**
     * Makes one. What was written before there were turns had one, and counted what JMH allocates
     * among the bytes.
     */
    public Measurement {
      if (turnNanos == null) {
        turnNanos = List.of(medianNanos);
        bytesPerCall = Double.NaN;
      }
      turnNanos = List.copyOf(turnNanos);
    }
  }

  /** Writes the JSON file; whoever reads it meanwhile, and after a failure, sees the old one. */
  public void write(Path file) {
    Path written = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.getParent());
      JSON.writeValue(written.toFile(), this);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the file is anything else
   */
  public static StudyResult read(Path file) {
    StudyResult result;
    try {
      result = JSON.readValue(file.toFile(), StudyResult.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": expected results, " + e.getMessage(), e);
    }
    if (Stream.of(
            result.machine,
            result.run,
            result.limits,
            result.engines,
            result.measurements,
            result.failures)
        .anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException(file + ": expected results, found a part of some");
    }
    return result;
  }
}
