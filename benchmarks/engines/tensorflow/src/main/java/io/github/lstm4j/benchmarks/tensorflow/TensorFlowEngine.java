package io.github.lstm4j.benchmarks.tensorflow;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/** A session that runs {@link LstmGraph}; TensorFlow makes its output anew in every call. */
final class TensorFlowEngine implements Engine {
  /** As TensorFlow's configuration defines it: operations run in the thread that calls. */
  private static final int CALLERS_THREAD = -1;

  private final int outputSize;
  private final Graph graph = new Graph();
  private final Session session;
  private final TFloat32 input;
  private final Session.Runner runner;
  private Result result;

  TensorFlowEngine(Workload workload) {
    outputSize = workload.outputSize();
    Shape shape = workload.shape();
    LstmGraph lstm = new LstmGraph(graph, workload);
    session =
        new Session(
            graph,
            ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(workload.threads())
                .setInterOpParallelismThreads(CALLERS_THREAD)
                .build());
    input =
        TFloat32.tensorOf(
            LstmGraph.dims(shape.steps(), shape.batch(), shape.input()),
            DataBuffers.of(workload.input(), true, false));
    runner = session.runner().feed(lstm.input(), input).fetch(lstm.output());
  }

  @Override
  public void forward() {
    if (result != null) {
      result.close(); // gives the output's memory back, so that this call gets it again
    }
    result = runner.run();
  }

  @Override
  public float[] output() {
    float[] copy = new float[outputSize];
    ((TFloat32) result.get(0)).copyTo(DataBuffers.of(copy));
    return copy;
  }

  @Override
  public String description() {
    return "TensorFlow " + TensorFlow.version() + ", BlockLSTMV2";
  }

  @Override
  public void close() {
    result.close();
    input.close();
    session.close();
    graph.close();
  }
}
