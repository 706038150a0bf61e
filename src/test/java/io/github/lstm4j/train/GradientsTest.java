package io.github.lstm4j.train;

import static io.github.lstm4j.train.Answers.assertClose;
import static io.github.lstm4j.train.Answers.assertRefused;
import static io.github.lstm4j.train.Answers.random;
import static io.github.lstm4j.train.Answers.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.reference.TensorFile;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GradientsTest {
  private static List<Parameter> parameters(Tensor... gradients) {
    return IntStream.range(0, gradients.length)
        .mapToObj(k -> new Parameter("p" + k, Tensor.allocate(gradients[k].shape()), gradients[k]))
        .toList();
  }

  @Test
  void clipsAsPyTorchDoes() {
    TensorFile file = Answers.file("clipping");
    List<Parameter> parameters = parameters(tensor(file, "gradient.0"), tensor(file, "gradient.1"));
    double norm = Gradients.clipByNorm(parameters, 2.5);
    double truth = file.doubles("f64.clipped.norm")[0];
    assertEquals(truth, norm, 1e-12 * truth);
    for (int k = 0; k < 2; k++) {
      assertClose(file, "clipped." + k, parameters.get(k).gradient());
    }
    assertEquals(2.5, Gradients.clipByNorm(parameters, 100), 1e-6); // float32 products
  }

  @Test
  void leavesSmallGradientsAsTheyAre() {
    Tensor gradient = random(1, 1500);
    float[] before = gradient.toArray();
    double norm = Gradients.clipByNorm(parameters(gradient), Double.POSITIVE_INFINITY);
    assertTrue(Gradients.clipByNorm(parameters(gradient), norm + 1) == norm);
    assertArrayEquals(before, gradient.toArray());
  }

  @Test
  void leavesGradientsThatAreNotFiniteAsTheyAre() {
    Tensor first = random(1, 5);
    Tensor second = random(2, 5);
    for (float spoiled : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      second.set(spoiled, 3);
      float[] before = first.toArray();
      double norm = Gradients.clipByNorm(parameters(first, second), 0.1);
      assertTrue(!Double.isFinite(norm), () -> "norm " + norm);
      assertArrayEquals(before, first.toArray());
    }
    second.set(Float.MAX_VALUE, 3); // its square is no float32
    assertEquals(Float.MAX_VALUE, Gradients.clipByNorm(parameters(first, second), 1), 1e30);
    assertEquals(1, second.get(3), 1e-6);
  }

  /** The 10⁻⁶ that PyTorch adds to the norm shows where the norm is no larger. */
  @Test
  void clipsTinyGradientsAsPyTorchDoes() {
    Tensor gradient = Tensor.of(new float[] {1e-6f}, 1);
    Gradients.clipByNorm(parameters(gradient), 1e-6);
    assertEquals(0.5e-6f, gradient.get(0), 1e-12f);
  }

  @Test
  void clipsToNothing() {
    Tensor gradient = random(1, 5);
    Gradients.clipByNorm(parameters(gradient), 0);
    for (float g : gradient.toArray()) {
      assertEquals(0, g, 0);
    }
    assertEquals(0, Gradients.clipByNorm(parameters(gradient), 1));
    assertEquals(0, Gradients.clipByNorm(List.of(), 1));
    assertRefused(() -> Gradients.clipByNorm(parameters(gradient), -1), "maxNorm", "-1");
    assertRefused(() -> Gradients.clipByNorm(parameters(gradient), Double.NaN), "maxNorm", "NaN");
    assertRefused(() -> Gradients.clipByNorm(null, 1), "parameters", "null");
  }

  @Test
  void zeroWritesEveryElement() {
    Tensor first = random(1, 1025);
    Tensor second = random(2, 3, 5);
    Gradients.zero(parameters(first, second, Tensor.allocate(0)));
    assertArrayEquals(new float[1025], first.toArray());
    assertArrayEquals(new float[15], second.toArray());
  }

  @Test
  void aClosedTensorStopsZeroBeforeItWrites() {
    Tensor first = random(1, 5);
    Tensor second = random(2, 5);
    float[] before = first.toArray();
    List<Parameter> parameters = parameters(first, second);
    second.close();
    assertThrows(IllegalStateException.class, () -> Gradients.zero(parameters));
    assertArrayEquals(before, first.toArray());
  }

  @Test
  void listsTheParametersOfAnLstm() {
    LstmConfig config = LstmConfig.of(2, 3);
    LstmParameters values = LstmParameters.initialize(config, 1);
    LstmParameters gradients = LstmParameters.zeros(config);
    List<Parameter> parameters = Parameter.of("lstm.", values, gradients);
    assertEquals(
        List.of("lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0"),
        parameters.stream().map(Parameter::name).toList());
    assertTrue(parameters.get(1).value() == values.get("weight_hh_l0"));
    assertTrue(parameters.get(1).gradient() == gradients.get("weight_hh_l0"));
    LstmParameters deeper = LstmParameters.zeros(config.withNumLayers(2));
    assertRefused(() -> Parameter.of("", values, deeper), "gradients", "LSTM(2, 3");
    LstmParameters wider = LstmParameters.zeros(LstmConfig.of(4, 3));
    assertRefused(() -> Parameter.of("", values, wider), "weight_ih_l0.gradient", "[12, 4]");
  }
}
