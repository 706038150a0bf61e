package io.github.lstm4j.train;

import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tensor that is learned, its gradient, and the name under which it is saved. Immutable but for
 * the elements of the tensors, which are shared.
 *
 * @param name PyTorch's name in a {@code state_dict}, for example {@code lstm.weight_ih_l0}
 * @param value written by an {@link Optimizer}, read by the layer
 * @param gradient of the loss, in the shape of the value; written by the layer's {@code backward},
 *     read by an {@link Optimizer}
 */
public record Parameter(String name, Tensor value, Tensor gradient) {
  /**
   * Joins them.
   *
   * @throws IllegalArgumentException if something is null, the name is empty, the shapes differ, or
   *     value and gradient are one tensor
   */
  public Parameter {
    Checks.notNull("name", name);
    Checks.notNull("value", value);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name: expected a name, got an empty one");
    }
    Checks.sameShape(name + ".gradient", gradient, "its value", value);
    if (value == gradient) {
      throw new IllegalArgumentException(
          name + ".gradient: expected a tensor of its own, got the value");
    }
  }

  /**
   * Lists the parameters of an LSTM.
   *
   * @param prefix put before every name, for example {@code "lstm."}; may be empty
   * @param values shared
   * @param gradients of the same parameter names and shapes; shared
   * @return one parameter per tensor, in PyTorch's order
   * @throws IllegalArgumentException if names or shapes differ
   */
  public static List<Parameter> of(String prefix, LstmParameters values, LstmParameters gradients) {
    Checks.notNull("prefix", prefix);
    Checks.notNull("values", values);
    Checks.notNull("gradients", gradients);
    if (!values.tensors().keySet().equals(gradients.tensors().keySet())) {
      throw new IllegalArgumentException(
          "gradients: expected the parameters of "
              + values.config()
              + ", got those of "
              + gradients.config());
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, Tensor> entry : values.tensors().entrySet()) {
      String name = entry.getKey();
      parameters.add(new Parameter(prefix + name, entry.getValue(), gradients.get(name)));
    }
    return List.copyOf(parameters);
  }
}
