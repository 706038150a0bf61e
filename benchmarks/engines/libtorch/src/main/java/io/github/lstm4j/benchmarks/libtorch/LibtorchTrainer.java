package io.github.lstm4j.benchmarks.libtorch;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * {@code torch.lstm} with autograd, and PyTorch's own Adam. Gradients are set to nothing before
 * every backward, as {@code zero_grad} does by default, so that none has to be added to zeros.
 */
final class LibtorchTrainer implements Trainer {
  private final Shape shape;
  private final ScalarType type;

  /** The input and the parameters, by PyTorch's names. */
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();

  private final Tensor input;

  /** The same numbers, which need no gradient. */
  private final Tensor data;

  private final Tensor target;
  private final TensorVector state;
  private final TensorVector parameters = new TensorVector();
  private final Adam adam;
  private double loss;

  /**
   * Makes a trainer.
   *
   * @param type Float, or Double for the truth
   */
  LibtorchTrainer(Workload workload, ScalarType type) {
    torch.set_num_threads(workload.threads());
    this.type = type;
    shape = workload.shape();
    for (String name : workload.parameters().tensors().keySet()) {
      io.github.lstm4j.Tensor parameter = workload.parameters().get(name);
      leaves.put(name, leaf(parameter.toArray(), parameter.shape()));
      parameters.push_back(leaves.get(name));
    }
    input = leaf(workload.input(), shape.steps(), shape.batch(), shape.input());
    leaves.put(INPUT, input);
    data = input.detach();
    target = numbers(workload.target(), shape.steps(), shape.batch(), workload.outputWidth());
    int[] stateShape = {shape.layers() * shape.directions(), shape.batch(), shape.hidden()};
    float[] zeros = new float[stateShape[0] * stateShape[1] * stateShape[2]];
    state = new TensorVector(numbers(zeros, stateShape), numbers(zeros, stateShape));
    adam = new Adam(parameters, new AdamOptions(LEARNING_RATE));
  }

  private Tensor numbers(float[] values, int... dims) {
    return Libtorch.floats(values, dims).to(type);
  }

  private Tensor leaf(float[] values, int... dims) {
    return numbers(values, dims).set_requires_grad(true);
  }

  @Override
  public void forwardBackward() {
    input.mutable_grad().reset();
    run(input);
  }

  private void run(Tensor from) {
    adam.zero_grad();
    try (PointerScope scope = new PointerScope()) { // frees the graph
      Tensor output =
          torch
              .lstm(
                  from,
                  state,
                  parameters,
                  true,
                  shape.layers(),
                  0,
                  true,
                  shape.bidirectional(),
                  false)
              .get0();
      Tensor difference = torch.mse_loss(output, target);
      difference.backward();
      loss = type == ScalarType.Double ? difference.item_double() : difference.item_float();
    }
  }

  @Override
  public void step() {
    run(data);
    adam.step();
  }

  @Override
  public double loss() {
    return loss;
  }

  @Override
  public float[] gradient(String name) {
    return Libtorch.copy(leaves.get(name).grad().to(ScalarType.Float));
  }

  @Override
  public String description() {
    return Libtorch.description() + ", autograd, torch::optim::Adam";
  }

  @Override
  public void close() {
    adam.close();
    data.close();
    leaves.values().forEach(Tensor::close);
  }
}
