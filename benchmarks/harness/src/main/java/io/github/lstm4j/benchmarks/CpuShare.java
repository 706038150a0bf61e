package io.github.lstm4j.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How much of the time a thread had a core. Less than nearly all means that something else ran on
 * the pinned core, and that the numbers are of both.
 */
final class CpuShare {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private long cpu;
  private long wall;

  /** Starts counting for the calling thread. */
  void start() {
    cpu = THREADS.getCurrentThreadCpuTime();
    wall = System.nanoTime();
  }

  /** Returns the share since the start. */
  double sinceStart() {
    double used = THREADS.getCurrentThreadCpuTime() - cpu;
    return used / (System.nanoTime() - wall);
  }
}
