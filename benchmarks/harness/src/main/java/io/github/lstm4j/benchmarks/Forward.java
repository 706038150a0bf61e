package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole forward pass: engine by shape. Each call is timed by itself, so that the median is of
 * calls and a pre-empted one does not move it.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Forward extends Measured {
  private Workload workload;
  private float[] expected;
  private Engine running;

  /** Makes the engine, and fails unless its answer is right. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    workload = workload();
    expected = Reference.output(workload, Settings.references());
    running = EngineProvider.find(engine, workload);
    running.forward();
    workload.check(engine, expected, running.output());
    running.spoil(); // or finish() would pass calls that write nothing
    describe(running.description());
  }

  /** Runs every time step. The engine's output buffer is the result: nothing can be left out. */
  @Benchmark
  public void forward() {
    running.forward();
  }

  /** Fails unless the answer is still right, then frees the engine. */
  @TearDown(Level.Trial)
  public void finish() throws IOException {
    leave(running::forward);
    workload.check(engine, expected, running.output());
    running.close();
  }
}
