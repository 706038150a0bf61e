package io.github.lstm4j.benchmarks.libtorch;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Workload;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code torch.lstm} in inference mode. PyTorch makes new output tensors in every call and has no
 * way to write into the caller's; ragged batches run as PyTorch's packed sequences, packed ahead.
 */
final class LibtorchEngine implements Engine {
  private final Shape shape;
  private final PackedRows packed;
  private final org.bytedeco.pytorch.Tensor input;
  private final org.bytedeco.pytorch.Tensor batchSizes;
  private final TensorVector state;
  private final TensorVector parameters = new TensorVector();
  private T_TensorTensorTensor_T result;

  LibtorchEngine(Workload workload) {
    torch.set_num_threads(workload.threads());
    shape = workload.shape();
    // Its oneDNN reorders the weights in every call: several times the work of a single step.
    torch.globalContext().setUserEnabledMkldnn(shape.steps() > 1);
    for (Tensor parameter : workload.parameters().tensors().values()) {
      parameters.push_back(Libtorch.floats(parameter.toArray(), parameter.shape()));
    }
    int[] stateShape = {shape.layers() * shape.directions(), shape.batch(), shape.hidden()};
    float[] zeros = new float[stateShape[0] * stateShape[1] * stateShape[2]];
    state =
        new TensorVector(Libtorch.floats(zeros, stateShape), Libtorch.floats(zeros, stateShape));
    packed = shape.ragged() ? new PackedRows(workload) : null;
    if (packed == null) {
      input = Libtorch.floats(workload.input(), shape.steps(), shape.batch(), shape.input());
      batchSizes = null;
    } else {
      input =
          Libtorch.floats(
              packed.pack(workload.input(), shape.input()), packed.count(), shape.input());
      batchSizes = longs(packed.batchSizes());
    }
  }

  @Override
  public void forward() {
    if (result != null) {
      result.close(); // gives the output's memory back, so that this call gets it again
    }
    try (InferenceMode inference = new InferenceMode(true)) {
      result =
          packed == null
              ? torch.lstm(
                  input, state, parameters, true, shape.layers(), 0, false, bidirectional(), false)
              : torch.lstm(
                  input,
                  batchSizes,
                  state,
                  parameters,
                  true,
                  shape.layers(),
                  0,
                  false,
                  bidirectional());
    }
  }

  private static org.bytedeco.pytorch.Tensor longs(long[] values) {
    try (LongPointer data = new LongPointer(values)) {
      return torch
          .from_blob(data, new long[] {values.length}, new TensorOptions(torch.ScalarType.Long))
          .clone();
    }
  }

  private boolean bidirectional() {
    return shape.bidirectional();
  }

  @Override
  public float[] output() {
    float[] copy = Libtorch.copy(result.get0());
    return packed == null ? copy : packed.pad(copy, shape.directions() * shape.hidden());
  }

  @Override
  public String description() {
    return Libtorch.description();
  }

  @Override
  public void close() {
    result.close();
  }
}
