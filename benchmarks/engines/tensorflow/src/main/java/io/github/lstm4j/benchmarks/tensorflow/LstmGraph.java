package io.github.lstm4j.benchmarks.tensorflow;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Constant;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.ReverseSequence;
import org.tensorflow.types.TFloat32;

/**
 * The workload's LSTM as a graph: one BlockLSTMV2 per layer and direction, the backward one between
 * two ReverseSequence. Weights are constants, the input is fed. BlockLSTMV2 has no lengths of its
 * own, so padding is computed.
 */
final class LstmGraph {
  private final Workload workload;
  private final Shape shape;
  private final Ops tf;
  private final Placeholder<TFloat32> input;
  private final Operand<TFloat32> output;

  LstmGraph(Graph graph, Workload workload) {
    this.workload = workload;
    shape = workload.shape();
    tf = Ops.create(graph);
    input =
        tf.placeholder(
            TFloat32.class, Placeholder.shape(dims(shape.steps(), shape.batch(), shape.input())));
    Operand<TFloat32> x = input;
    for (int layer = 0; layer < shape.layers(); layer++) {
      Operand<TFloat32> forward = direction(x, layer, 0);
      x =
          shape.bidirectional()
              ? tf.concat(
                  List.of(forward, reversed(direction(reversed(x), layer, 1))), tf.constant(2))
              : forward;
    }
    output = x;
  }

  Placeholder<TFloat32> input() {
    return input;
  }

  Operand<TFloat32> output() {
    return output;
  }

  private Operand<TFloat32> direction(Operand<TFloat32> x, int layer, int direction) {
    long hidden = shape.hidden();
    Operand<TFloat32> state = zeros(shape.batch(), hidden);
    Operand<TFloat32> noPeephole = zeros(hidden);
    return tf.nn
        .blockLSTM(
            tf.constant((long) shape.steps()),
            x,
            state,
            state,
            weights(layer, direction),
            noPeephole,
            noPeephole,
            noPeephole,
            tf.constant(workload.bias(layer, direction)))
        .h();
  }

  private Operand<TFloat32> reversed(Operand<TFloat32> x) {
    return tf.reverseSequence(x, tf.constant(workload.lengths()), 0L, ReverseSequence.batchDim(1L));
  }

  /** Returns {@code [in + H, 4·H]}; TensorFlow's gates i, f, c, o stand as PyTorch's do. */
  private Constant<TFloat32> weights(int layer, int direction) {
    int width = workload.config().layerInputSize(layer);
    int rows = 4 * shape.hidden();
    float[] all = new float[(width + shape.hidden()) * rows];
    putColumns(workload.parameter("weight_ih", layer, direction), width, all, 0);
    putColumns(
        workload.parameter("weight_hh", layer, direction), shape.hidden(), all, width * rows);
    return tf.constant(dims(width + shape.hidden(), rows), DataBuffers.of(all, true, false));
  }

  private void putColumns(float[] byRows, int width, float[] to, int at) {
    int rows = 4 * shape.hidden();
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < width; k++) {
        to[at + k * rows + row] = byRows[row * width + k];
      }
    }
  }

  private Constant<TFloat32> zeros(long... sizes) {
    long count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    return tf.constant(dims(sizes), DataBuffers.of(new float[(int) count], true, false));
  }

  static org.tensorflow.ndarray.Shape dims(long... sizes) {
    return org.tensorflow.ndarray.Shape.of(sizes);
  }
}
