package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertClose;
import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.parameter;
import static io.github.lstm4j.train.Answers.random;
import static io.github.lstm4j.train.Answers.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.TensorFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  /** The arguments of {@code make_train_goldens.py}. */
  private static final Map<String, Function<List<Parameter>, Optimizer>> CASES =
      Map.of(
          "sgd", p -> new Sgd(p, 0.1),
          "sgd_decay", p -> new Sgd(p, 0.1, 0, 0, 0.05, false),
          "sgd_momentum", p -> new Sgd(p, 0.1, 0.9, 0, 0, false),
          "sgd_dampening", p -> new Sgd(p, 0.1, 0.8, 0.3, 0.05, false),
          "sgd_nesterov", p -> new Sgd(p, 0.1, 0.9, 0, 0.05, true),
          "adam", p -> new Adam(p, 0.001),
          "adam_decay", p -> new Adam(p, 0.01, 0.8, 0.95, 0.05, 0.05),
          "adam_scheduled", p -> new Adam(p, 0.1),
          "adamw", p -> new AdamW(p, 0.001),
          "adamw_decay", p -> new AdamW(p, 0.01, 0.8, 0.95, 0.05, 0.2));

  static Set<String> cases() {
    return CASES.keySet();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tenStepsAreThoseOfPyTorch(String name) {
    TensorFile file = Answers.file("optimizers");
    List<Parameter> parameters = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      parameters.add(parameter("p" + k, tensor(file, "start." + k)));
    }
    Optimizer optimizer = CASES.get(name).apply(parameters);
    LearningRate schedule =
        name.endsWith("scheduled")
            ? LearningRate.stepDecay(0.1, 3, 0.5)
            : LearningRate.constant(optimizer.learningRate());
    for (int step = 0; step < 10; step++) {
      for (int k = 0; k < 2; k++) {
        Tensor gradient = parameters.get(k).gradient();
        int from = step * gradient.size();
        float[] all = file.floats("gradients." + k);
        gradient.copyFrom(Arrays.copyOfRange(all, from, from + gradient.size()));
      }
      assertEquals(step, optimizer.steps());
      optimizer.setLearningRate(schedule.at(optimizer.steps()));
      optimizer.step();
    }
    for (int k = 0; k < 2; k++) {
      assertClose(file, name + "." + k, parameters.get(k).value());
    }
  }

  /** An element is updated alike wherever it stands: at the edges of blocks, in any tensor. */
  @ParameterizedTest
  @MethodSource("cases")
  void blocksMakeNoDifference(String name) {
    Parameter whole = new Parameter("whole", random(1, 2051), random(2, 2051));
    List<Parameter> parts = new ArrayList<>();
    int[] edges = {0, 1, 700, 1024, 2051};
    for (int k = 0; k + 1 < edges.length; k++) {
      parts.add(part(whole, edges[k], edges[k + 1]));
    }
    Optimizer one = CASES.get(name).apply(List.of(whole));
    Optimizer many = CASES.get(name).apply(parts);
    for (int step = 0; step < 3; step++) {
      one.step();
      many.step();
    }
    float[] values = whole.value().toArray();
    for (int k = 0; k < parts.size(); k++) {
      float[] expected = Arrays.copyOfRange(values, edges[k], edges[k + 1]);
      assertArrayEquals(expected, parts.get(k).value().toArray(), name + " part " + k);
    }
  }

  private static Parameter part(Parameter whole, int from, int to) {
    float[] value = Arrays.copyOfRange(whole.value().toArray(), from, to);
    float[] gradient = Arrays.copyOfRange(whole.gradient().toArray(), from, to);
    return new Parameter(
        "from" + from, Tensor.of(value, to - from), Tensor.of(gradient, to - from));
  }

  @Test
  void namesItsStateAsPyTorchDoes() {
    List<Parameter> parameters =
        List.of(parameter("b", Tensor.allocate(2)), parameter("a", Tensor.allocate(3, 1)));
    assertEquals(Set.of(), new Sgd(parameters, 1).state().keySet());
    Map<String, Tensor> momentum = new Sgd(parameters, 1, 0.9, 0, 0, false).state();
    assertEquals(List.of("b.momentum_buffer", "a.momentum_buffer"), List.copyOf(momentum.keySet()));
    Map<String, Tensor> moments = new AdamW(parameters, 1).state();
    assertEquals(
        List.of("b.exp_avg", "b.exp_avg_sq", "a.exp_avg", "a.exp_avg_sq"),
        List.copyOf(moments.keySet()));
    assertArrayEquals(new int[] {3, 1}, moments.get("a.exp_avg_sq").shape());
    assertThrows(UnsupportedOperationException.class, moments::clear);
  }

  @Test
  void aClosedTensorStopsAStepBeforeItWrites() {
    Parameter first = new Parameter("a", Tensor.allocate(2), Tensor.allocate(2).fill(1));
    Parameter second = parameter("b", Tensor.allocate(2));
    Optimizer optimizer = new Sgd(List.of(first, second), 1);
    second.gradient().close();
    assertThrows(IllegalStateException.class, optimizer::step);
    assertEquals(0, optimizer.steps());
    Optimizer adam = new Adam(List.of(first, parameter("c", Tensor.allocate(2))), 1);
    adam.state().get("c.exp_avg_sq").close();
    assertThrows(IllegalStateException.class, adam::step);
    assertArrayEquals(new float[2], first.value().toArray());
  }

  @Test
  void refusesArgumentsOutOfRange() {
    Parameter a = parameter("a", Tensor.allocate(2));
    List<Parameter> p = List.of(a);
    assertRefused(() -> new Sgd(null, 1), "parameters", "null");
    assertRefused(() -> new Sgd(p, -1), "learningRate", "0 or more", "-1");
    assertRefused(() -> new Sgd(p, Double.NaN), "learningRate", "NaN");
    assertRefused(() -> new Sgd(p, 1).setLearningRate(Double.POSITIVE_INFINITY), "Infinity");
    assertRefused(() -> new Sgd(p, 1).setSteps(-1), "steps", "-1");
    assertRefused(() -> new Sgd(p, 1).setSteps(Long.MAX_VALUE), "steps", "9223372036854775807");
    assertRefused(() -> new Sgd(p, 1, -0.1, 0, 0, false), "momentum", "-0.1");
    assertRefused(() -> new Sgd(p, 1, 0.1, Double.NaN, 0, false), "dampening", "NaN");
    assertRefused(() -> new Sgd(p, 1, 0.1, 0, -2, false), "weightDecay", "-2");
    assertRefused(() -> new Sgd(p, 1, 0, 0, 0, true), "nesterov", "momentum");
    assertRefused(() -> new Sgd(p, 1, 0.9, 0.1, 0, true), "nesterov", "dampening", "0.1");
    assertRefused(() -> new Adam(p, 1, 1, 0.9, 0, 0), "beta1", "below 1", "1.0");
    assertRefused(() -> new Adam(p, 1, 0.9, -1, 0, 0), "beta2", "-1.0");
    assertRefused(() -> new Adam(p, 1, 0.9, 0.9, -1, 0), "epsilon", "-1.0");
    assertRefused(() -> new AdamW(p, 1, 0.9, 0.9, 0, Double.NaN), "weightDecay", "NaN");
    Parameter sameName = parameter("a", Tensor.allocate(2));
    assertRefused(() -> new Adam(List.of(a, sameName), 1), "parameters", "once", "a");
    Parameter sameValue = parameter("b", a.value());
    assertRefused(() -> new Adam(List.of(a, sameValue), 1), "parameters", "once", "b");
  }

  @Test
  void aParameterHoldsTogether() {
    Tensor value = Tensor.allocate(2, 3);
    assertRefused(() -> new Parameter("", value, Tensor.allocate(2, 3)), "name", "empty");
    assertRefused(() -> new Parameter("w", value, Tensor.allocate(6)), "w.gradient", "[2, 3]");
    assertRefused(() -> new Parameter("w", value, value), "w.gradient", "of its own");
    assertRefused(() -> new Parameter("w", value, null), "w.gradient", "null");
    assertRefused(() -> new Parameter("w", null, value), "value", "null");
  }

  @Test
  void stateIsKeptBetweenSteps() {
    Parameter p = new Parameter("p", Tensor.allocate(1), Tensor.allocate(1).fill(1));
    Optimizer optimizer = new Sgd(List.of(p), 1, 0.5, 0, 0, false);
    optimizer.step();
    optimizer.step();
    assertEquals(1.5f, optimizer.state().get("p.momentum_buffer").get(0));
    assertTrue(p.value().get(0) == -2.5f, "1 + 1.5, downhill");
  }
}
