package io.github.lstm4j.benchmarks.onednn;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.global.dnnl.rnn_direction;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One {@code vanilla_lstm} primitive and its arguments. Weights are declared as {@code any}, so
 * that oneDNN picks a packed layout, and reordered into it once. The states are left out: zeros in,
 * nothing out.
 */
final class OneDnnLayer {
  private final lstm_forward.primitive_desc description;
  private final lstm_forward primitive;
  private final IntMemoryMap arguments = new IntMemoryMap();

  OneDnnLayer(Workload workload, int layer, engine cpu, stream order, memory x, memory y) {
    Shape shape = workload.shape();
    int width = workload.config().layerInputSize(layer);
    long[] inputDims = {1, shape.directions(), width, 4, shape.hidden()};
    long[] recurrentDims = {1, shape.directions(), shape.hidden(), 4, shape.hidden()};
    long[] biasDims = {1, shape.directions(), 4, shape.hidden()};
    memory.desc biasLayout = new memory.desc(biasDims, data_type.f32, format_tag.ldgo);
    memory.desc none = new memory.desc();
    description =
        new lstm_forward.primitive_desc(
            cpu,
            prop_kind.forward_inference,
            shape.bidirectional()
                ? rnn_direction.bidirectional_concat
                : rnn_direction.unidirectional_left2right,
            x.get_desc(),
            none,
            none,
            new memory.desc(inputDims, data_type.f32, format_tag.any),
            new memory.desc(recurrentDims, data_type.f32, format_tag.any),
            biasLayout,
            y.get_desc(),
            none,
            none);
    primitive = new lstm_forward(description);

    memory inputWeights = new memory(description.weights_layer_desc(), cpu);
    reorder(columns(workload, "weight_ih", layer, width), inputDims, inputWeights, cpu, order);
    memory recurrentWeights = new memory(description.weights_iter_desc(), cpu);
    reorder(
        columns(workload, "weight_hh", layer, shape.hidden()),
        recurrentDims,
        recurrentWeights,
        cpu,
        order);
    arguments.put(dnnl.DNNL_ARG_SRC_LAYER, x);
    arguments.put(dnnl.DNNL_ARG_WEIGHTS_LAYER, inputWeights);
    arguments.put(dnnl.DNNL_ARG_WEIGHTS_ITER, recurrentWeights);
    memory bias = new memory(biasLayout, cpu);
    floats(bias).put(biases(workload, layer));
    arguments.put(dnnl.DNNL_ARG_BIAS, bias);
    arguments.put(dnnl.DNNL_ARG_DST_LAYER, y);
  }

  void execute(stream order) {
    primitive.execute(order, arguments);
  }

  String implementation() {
    return description.impl_info_str().getString();
  }

  private static void reorder(float[] values, long[] dims, memory to, engine cpu, stream order) {
    try (memory from = new memory(new memory.desc(dims, data_type.f32, format_tag.ldigo), cpu)) {
      floats(from).put(values);
      new reorder(from, to).execute(order, from, to);
      order._wait();
    }
  }

  /**
   * Returns the floats of a memory that oneDNN allocated. It lives as long as a primitive's
   * arguments name it; that of a {@code FloatPointer} would end once Java forgets the pointer.
   */
  static FloatPointer floats(memory owned) {
    return new FloatPointer(owned.get_data_handle())
        .capacity(owned.get_desc().get_size() / Float.BYTES);
  }

  /** Returns {@code [D, in, 4, H]}; oneDNN's gates i, f, c, o stand as PyTorch's do. */
  private static float[] columns(Workload workload, String name, int layer, int width) {
    int rows = 4 * workload.shape().hidden();
    float[] all = new float[workload.shape().directions() * rows * width];
    for (int direction = 0; direction < workload.shape().directions(); direction++) {
      float[] byRows = workload.parameter(name, layer, direction);
      for (int row = 0; row < rows; row++) {
        for (int k = 0; k < width; k++) {
          all[(direction * width + k) * rows + row] = byRows[row * width + k];
        }
      }
    }
    return all;
  }

  private static float[] biases(Workload workload, int layer) {
    int rows = 4 * workload.shape().hidden();
    float[] all = new float[workload.shape().directions() * rows];
    for (int direction = 0; direction < workload.shape().directions(); direction++) {
      System.arraycopy(workload.bias(layer, direction), 0, all, direction * rows, rows);
    }
    return all;
  }
}
