package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What every benchmark of an engine has: engine by shape, and the share of the core it got. */
@State(Scope.Thread)
public abstract class Measured {
  /** Name of the engine, one that a provider on the class path knows. */
  @Param("lstm4j-native-packed")
  public String engine;

  /** What is run, as {@link Shape#parse} reads it. */
  @Param("50x1x128x128")
  public String shape;

  private final CpuShare share = new CpuShare();

  Measured() {}

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
