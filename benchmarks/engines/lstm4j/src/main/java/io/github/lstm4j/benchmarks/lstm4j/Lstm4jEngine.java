package io.github.lstm4j.benchmarks.lstm4j;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;

/** lstm4j through its public API, with buffers of the caller's. */
final class Lstm4jEngine implements Engine {
  private final Lstm lstm;
  private final Tensor input;
  private final int[] lengths;
  private final LstmOutput into;

  Lstm4jEngine(Workload workload, LstmOptions options) {
    Shape shape = workload.shape();
    lstm = Lstm.create(workload.parameters(), options);
    input = Tensor.of(workload.input(), shape.steps(), shape.batch(), shape.input());
    lengths = shape.ragged() ? workload.lengths() : null;
    into = lstm.newOutput(input);
  }

  @Override
  public void forward() {
    if (lengths == null) {
      lstm.forward(input, null, into);
    } else {
      lstm.forward(input, lengths, null, into);
    }
  }

  @Override
  public void spoil() {
    into.output().fill(Float.NaN);
  }

  @Override
  public float[] output() {
    return into.output().toArray();
  }

  @Override
  public String description() {
    return "lstm4j, " + lstm.report();
  }

  @Override
  public void close() {
    lstm.close();
    input.close();
    into.close();
  }
}
