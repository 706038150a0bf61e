package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of the time a thread had a core. Less than nearly all means that something else ran on
 * the pinned core, and that the numbers are of both.
 */
public final class CpuShare {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private long cpu;
  private long wall;

  /** Starts counting for the calling thread. */
  void start() {
    cpu = THREADS.getCurrentThreadCpuTime();
    wall = System.nanoTime();
  }

  /** Leaves the share since the start for the study; the last stretch is what it reads. */
  void leave() throws IOException {
    double used = THREADS.getCurrentThreadCpuTime() - cpu;
    double passed = System.nanoTime() - wall;
    Files.createDirectories(Settings.folder());
    Files.writeString(file(), Double.toString(used / passed));
  }

  /** Returns what the last measured JVM left, and removes it; 1 if it left nothing. */
  public static double take() {
    try {
      if (!Files.exists(file())) {
        return 1;
      }
      double share = Double.parseDouble(Files.readString(file()));
      Files.delete(file());
      return share;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file() {
    return Settings.folder().resolve("cpu-share.txt");
  }
}
