package io.github.lstm4j.benchmarks.parts;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.util.Arrays;
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

/** One step after many others: the state is not zero, so that all weights count. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamStep {
  /** A shape of one time step, as {@link Shape#parse} reads it. */
  @Param("1x1x128x128")
  public String shape;

  private Lstm lstm;
  private Tensor x;
  private LstmState state;
  private Tensor output;

  /** Makes the model, and fails unless two steps are those of one call. */
  @Setup(Level.Trial)
  public void prepare() {
    Workload workload = Workload.of(Shape.parse(shape), 1);
    int batch = workload.shape().batch();
    int input = workload.shape().input();
    lstm = Lstm.create(workload.parameters());
    x = Tensor.of(workload.input(), batch, input);
    state = lstm.zeroState(batch);
    output = Tensor.allocate(batch, workload.outputWidth());
    step();
    step();
    float[] twice = Arrays.copyOf(workload.input(), 2 * batch * input);
    System.arraycopy(twice, 0, twice, batch * input, batch * input);
    LstmOutput expected = lstm.forward(Tensor.of(twice, 2, batch, input));
    if (!Arrays.equals(expected.hn().toArray(), state.h().toArray())) {
      throw new IllegalStateException("two steps differ from one call with both");
    }
  }

  /** The same input again, from the state that it led to. */
  @Benchmark
  public void step() {
    lstm.step(x, state, output);
  }

  /** Closes what is off the heap. */
  @TearDown(Level.Trial)
  public void close() {
    lstm.close();
    x.close();
    output.close();
  }
}
