package io.github.lstm4j.benchmarks.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.util.Arrays;

/**
 * What DJL's LSTM block calls, without the block: DJL 0.35.1's block hands the parameters of a
 * bidirectional LSTM to PyTorch in the wrong order. DJL makes its outputs anew in every call, as
 * PyTorch below it does; it has no lengths, so padding is computed.
 */
final class DjlEngine implements Engine {
  private final ai.djl.engine.Engine pytorch = ai.djl.engine.Engine.getEngine("PyTorch");
  private final NDManager manager = pytorch.newBaseManager();
  private final Shape shape;
  private final NDArray input;
  private final NDList state;
  private final NDList parameters = new NDList();
  private NDList outputs;

  DjlEngine(Workload workload) {
    shape = workload.shape();
    if (shape.ragged() && shape.bidirectional()) {
      throw new UnsupportedOperationException("DJL has no lengths to start backwards from");
    }
    input = floats(workload.input(), shape.steps(), shape.batch(), shape.input());
    for (Tensor parameter : workload.parameters().tensors().values()) {
      parameters.add(floats(parameter.toArray(), parameter.shape()));
    }
    int[] stateShape = {shape.layers() * shape.directions(), shape.batch(), shape.hidden()};
    float[] zeros = new float[stateShape[0] * stateShape[1] * stateShape[2]];
    state = new NDList(floats(zeros, stateShape), floats(zeros, stateShape));
  }

  private NDArray floats(float[] values, int... dims) {
    long[] sizes = Arrays.stream(dims).asLongStream().toArray();
    return manager.create(values, new ai.djl.ndarray.types.Shape(sizes));
  }

  @Override
  public void forward() {
    if (outputs != null) {
      outputs.close(); // gives their memory back, so that this call gets it again
    }
    outputs =
        input
            .getNDArrayInternal()
            .lstm(
                input,
                state,
                parameters,
                true,
                shape.layers(),
                0,
                false,
                shape.bidirectional(),
                false);
  }

  @Override
  public float[] output() {
    return outputs.head().toFloatArray();
  }

  @Override
  public String description() {
    String version = ai.djl.engine.Engine.getDjlVersion();
    return "DJL " + version + ", PyTorch " + pytorch.getVersion();
  }

  @Override
  public void close() {
    manager.close();
  }
}
