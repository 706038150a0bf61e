package io.github.lstm4j.benchmarks.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one core can do at most.
 *
 * @param vectorBytes width of the vectors it was measured with
 * @param fmaGflops float32 multiply-adds, 2 operations each, in the best hundredth of a second
 * @param fmaMedianGflops the same in the median one: less where something else interrupts the core;
 *     0 in results that do not have it
 * @param reads read bandwidth by working set, ascending
 */
public record Limits(int vectorBytes, double fmaGflops, double fmaMedianGflops, List<Read> reads) {
  /** Bandwidth of reading the same bytes again and again. */
  public record Read(long bytes, double gigabytesPerSecond) {}

  /**
   * Runs the program that {@code native/limits.c} is.
   *
   * @throws IOException if it fails or prints anything else
   */
  public static Limits measure(Path program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] printed = process.getInputStream().readAllBytes();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(program + ": expected exit code 0, got " + code);
    }
    return new ObjectMapper().readValue(printed, Limits.class);
  }

  /**
   * Returns the best of several measurements, as noise only ever takes away; and the median of
   * their medians.
   */
  public static Limits best(List<Limits> measured) {
    Limits first = measured.get(0);
    double fma = measured.stream().mapToDouble(Limits::fmaGflops).max().orElseThrow();
    double median =
        measured.stream()
            .mapToDouble(Limits::fmaMedianGflops)
            .sorted()
            .toArray()[measured.size() / 2];
    List<Read> reads = new ArrayList<>();
    for (int k = 0; k < first.reads.size(); k++) {
      int at = k;
      double rate =
          measured.stream()
              .mapToDouble(limits -> limits.reads.get(at).gigabytesPerSecond)
              .max()
              .orElseThrow();
      reads.add(new Read(first.reads.get(k).bytes, rate));
    }
    return new Limits(first.vectorBytes, fma, median, reads);
  }

  /** Returns the read bandwidth for a working set, in GB/s, between two sizes on a log scale. */
  public double bandwidth(double bytes) {
    Read below = reads.get(0);
    for (Read read : reads) {
      if (read.bytes >= bytes) {
        if (read.bytes == below.bytes) {
          return read.gigabytesPerSecond;
        }
        double share = Math.log(bytes / below.bytes) / Math.log((double) read.bytes / below.bytes);
        return below.gigabytesPerSecond
            + share * (read.gigabytesPerSecond - below.gigabytesPerSecond);
      }
      below = read;
    }
    return below.gigabytesPerSecond;
  }
}
