package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole forward pass: engine by shape. Each call is timed by itself, so that the median is of
 * calls and a pre-empted one does not move it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Forward {
  /** Name of the engine, one that a provider on the class path knows. */
  @Param("lstm4j-native-packed")
  public String engine;

  /** What is run, as {@link Shape#parse} reads it. */
  @Param("50x1x128x128")
  public String shape;

  private Workload workload;
  private float[] expected;
  private Engine running;
  private final CpuShare share = new CpuShare();

  /** Makes the engine, and fails unless its answer is right. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    workload = Workload.of(Shape.parse(shape), Settings.threads());
    expected = Reference.output(workload, Settings.references());
    running = EngineProvider.find(engine, workload);
    running.forward();
    workload.check(engine, expected, running.output());
    Path note = Settings.description(engine);
    Files.createDirectories(note.getParent());
    Files.writeString(note, running.description());
  }

  /** Starts counting the core's time. */
  @Setup(Level.Iteration)
  public void startIteration() {
    share.start();
  }

  /** Leaves the share of the core that this thread had. */
  @TearDown(Level.Iteration)
  public void endIteration() throws IOException {
    share.leave();
  }

  /** Runs every time step. The engine's output buffer is the result: nothing can be left out. */
  @Benchmark
  public void forward() {
    running.forward();
  }

  /** Fails unless the answer is still right, then frees the engine. */
  @TearDown(Level.Trial)
  public void finish() {
    workload.check(engine, expected, running.output());
    running.close();
  }
}
