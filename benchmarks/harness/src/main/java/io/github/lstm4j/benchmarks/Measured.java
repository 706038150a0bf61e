package io.github.lstm4j.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/** What every benchmark of an engine has: engine by shape, and its turns. */
@State(Scope.Thread)
public abstract class Measured {
  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean(); // com.sun.management's counts bytes
  private static final int COUNTED_CALLS = 3;

  /** Name of the engine, one that a provider on the class path knows. */
  @Param("lstm4j-native-packed")
  public String engine;

  /** What is run, as {@link Shape#parse} reads it. */
  @Param("50x1x128x128")
  public String shape;

  private final Turn turn = new Turn();
  private final CpuShare timer = new CpuShare();
  private double cpuShare;

  Measured() {}

  /** Waits for its turn, if this is to be measured, and starts counting the core's time. */
  @Setup(Level.Iteration)
  public void startIteration(IterationParams iteration) throws IOException, InterruptedException {
    if (iteration.getType() == IterationType.MEASUREMENT) {
      turn.await(cpuShare);
    }
    timer.start();
  }

  /** Ends the count. */
  @TearDown(Level.Iteration)
  public void endIteration() {
    cpuShare = timer.sinceStart();
  }

  /**
   * Ends the last turn. Calls a few times more, to tell what a call allocates on the Java heap:
   * JMH's own profiler counts what JMH allocates as well. The least counts, as what is made once
   * for all calls is no part of them.
   */
  final void leave(Runnable call) throws IOException {
    long least = Long.MAX_VALUE;
    for (int k = 0; k < COUNTED_CALLS; k++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      call.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    turn.leave(cpuShare, least);
  }

  /** Makes the numbers of the shape. */
  final Workload workload() {
    return Workload.of(Shape.parse(shape), Settings.threads());
  }

  /** Leaves the engine's description for the study. */
  final void describe(String description) throws IOException {
    Path note = Settings.description(engine);
    Files.createDirectories(note.getParent());
    Files.writeString(note, description);
  }
}
