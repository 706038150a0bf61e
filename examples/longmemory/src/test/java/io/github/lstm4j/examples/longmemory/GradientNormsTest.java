package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradientNormsTest {
  private static final Sizes SIZES = new Sizes(12, 4, AddingProblem.INPUT, 6);

  /** A network whose gradient for sequence b halves b times with every step. */
  private record Halving(Sizes sizes) implements Network {
    @Override
    public Tensor forward(Tensor x) {
      return Tensor.allocate(sizes.batch(), sizes.hidden());
    }

    @Override
    public void backward(Tensor x, Tensor lastGradient, Tensor inputGradient) {
      for (int t = 0; t < sizes.steps(); t++) {
        for (int b = 0; b < sizes.batch(); b++) {
          double norm = 5 * Math.pow(2, -b * (sizes.steps() - 1 - t));
          inputGradient.set((float) (0.6 * norm), t, b, 0);
          inputGradient.set((float) (0.8 * norm), t, b, 1);
        }
      }
    }

    @Override
    public List<Parameter> parameters() {
      return List.of();
    }
  }

  @Test
  void areRelativeToTheLastStep() {
    Variant halving = new Variant("halving", (sizes, seed) -> new Halving(sizes));
    Model model = new Model(halving, SIZES, 1);
    GradientNorms norms = GradientNorms.measure("halving", List.of(model, model), 1);
    for (int distance = 0; distance < SIZES.steps(); distance++) {
      // Of eight values in order, number 0, 3 and 6: sequences 3, 2 and 0. Two float32 roundings.
      assertEquals(Math.pow(2, -3 * distance), norms.low()[distance], 1e-6);
      assertEquals(Math.pow(2, -2 * distance), norms.median()[distance], 1e-6);
      assertEquals(1, norms.high()[distance], 1e-6);
    }
  }

  /** The answer's slopes, by the forward pass alone, for both kinds of networks. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aModelsGradientsAreItsSlopes(boolean plain) {
    Variant variant = plain ? Variant.rnn(1) : Variant.lstm(1);
    Network network = variant.maker().make(SIZES, 1);
    Tensor x = Tensor.allocate(SIZES.steps(), SIZES.batch(), AddingProblem.INPUT);
    AddingProblem.fill(1, 1, x, Tensor.allocate(SIZES.batch(), 1));
    Tensor dx = Tensor.allocate(x.shape());
    network.forward(x);
    network.backward(x, Tensor.allocate(SIZES.batch(), SIZES.hidden()).fill(1), dx);
    double scale = 0;
    for (float gradient : dx.toArray()) {
      scale = Math.max(scale, Math.abs(gradient));
    }
    float step = 1f / 64;
    for (int k = 0; k < x.size(); k++) {
      float value = x.data().get(k);
      x.data().put(k, value + step);
      double above = sum(network.forward(x));
      x.data().put(k, value - step);
      double below = sum(network.forward(x));
      x.data().put(k, value);
      // Steps this wide, for float32, bend by some thousandths.
      assertEquals((above - below) / (2 * step), dx.data().get(k), 0.01 * scale);
    }
  }

  private static double sum(Tensor tensor) {
    double sum = 0;
    for (float value : tensor.toArray()) {
      sum += value;
    }
    return sum;
  }
}
