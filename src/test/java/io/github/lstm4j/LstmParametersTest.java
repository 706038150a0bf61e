package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LstmParametersTest {
  private static final LstmConfig CONFIG =
      LstmConfig.of(20, 64).withNumLayers(2).withBidirectional(true).withProjSize(16);

  /** PyTorch's reset_parameters: U(-1/sqrt(H), 1/sqrt(H)) for every parameter, H not P. */
  @Test
  void initialisesAsPyTorchDoes() {
    double bound = 1 / Math.sqrt(64);
    LstmParameters parameters = LstmParameters.initialize(CONFIG, 42);
    parameters
        .tensors()
        .forEach(
            (name, tensor) -> {
              float[] values = tensor.toArray();
              double mean = 0;
              double square = 0;
              double most = 0;
              for (float v : values) {
                assertTrue(v >= -bound && v <= bound, name + " holds " + v);
                mean += v / (double) values.length;
                square += v * (double) v / values.length;
                most = Math.max(most, Math.abs(v));
              }
              // Six standard deviations of the mean and of the mean square of n uniform draws; the
              // seed is fixed, so this either always passes or never.
              double n = values.length;
              assertEquals(0, mean, 6 * bound / Math.sqrt(3 * n), name);
              double deviation = bound * bound * Math.sqrt(4.0 / 45 / n);
              assertEquals(bound * bound / 3, square, 6 * deviation, name);
              assertTrue(most > bound * (1 - 20 / n), name + " never comes near the bound");
            });
  }

  @Test
  void theSeedAloneDecides() {
    LstmParameters first = LstmParameters.initialize(CONFIG, 7);
    LstmParameters again = LstmParameters.initialize(CONFIG, 7);
    LstmParameters other = LstmParameters.initialize(CONFIG, 8);
    for (String name : CONFIG.parameterShapes().keySet()) {
      float[] values = first.get(name).toArray();
      assertArrayEquals(values, again.get(name).toArray(), name);
      assertFalse(Arrays.equals(values, other.get(name).toArray()), name);
    }
    assertFalse(
        Arrays.equals(first.get("bias_ih_l0").toArray(), first.get("bias_hh_l0").toArray()));
  }

  /** Numbers that a release may not change: a seed names a model. */
  @Test
  void theNumbersOfASeedAreFixed() {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(2, 3), 42);
    float[] expected = {0.2789351f, -0.39270166f, -0.2556494f, -0.17991306f};
    float[] actual = Arrays.copyOf(parameters.get("weight_ih_l0").toArray(), expected.length);
    assertArrayEquals(expected, actual);
    assertEquals(-0.17360747f, parameters.get("bias_hh_l0").get(11));
  }

  @Test
  void takesTensorsInAnyOrderAndSharesThem() {
    Map<String, Tensor> tensors = LstmParameters.initialize(CONFIG, 1).tensors();
    List<String> names = new ArrayList<>(tensors.keySet());
    Collections.reverse(names);
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    names.forEach(name -> reversed.put(name, tensors.get(name)));
    LstmParameters parameters = LstmParameters.of(CONFIG, reversed);
    reversed.clear();
    assertEquals(
        List.copyOf(CONFIG.parameterShapes().keySet()), List.copyOf(parameters.tensors().keySet()));
    tensors.forEach((name, tensor) -> assertSame(tensor, parameters.get(name)));
    assertThrows(
        UnsupportedOperationException.class, () -> parameters.tensors().remove("weight_ih_l0"));
  }

  @Test
  void withConfigKeepsTheTensors() {
    LstmParameters parameters = LstmParameters.initialize(CONFIG, 1);
    LstmParameters other = parameters.withConfig(CONFIG.withBatchFirst(true).withDropout(0.5));
    assertTrue(other.config().batchFirst());
    assertSame(parameters.get("weight_hr_l1_reverse"), other.get("weight_hr_l1_reverse"));
  }

  @Test
  void printsConfigurationAndCount() {
    assertEquals(
        "LSTM(2, 3) with 84 parameters",
        LstmParameters.initialize(LstmConfig.of(2, 3), 1).toString());
  }
}
