package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class VariantTest {
  private static final int H = 16;
  private static final Sizes SIZES = new Sizes(10, 2, 2, H);

  private static List<Parameter> parameters(Variant variant, long seed) {
    return variant.maker().make(SIZES, seed).parameters();
  }

  private static Tensor value(Variant variant, String name) {
    return parameters(variant, 3).stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  /** What two float32 biases of a unit's gate add up to. */
  private static float bias(Variant variant, int gate, int unit) {
    int at = gate * H + unit;
    return value(variant, "lstm.bias_ih_l0").get(at) + value(variant, "lstm.bias_hh_l0").get(at);
  }

  @Test
  void theDefaultsDrawAsPyTorchDoes() {
    double bound = 1 / Math.sqrt(H);
    for (Variant variant : List.of(Variant.rnn(), Variant.lstm())) {
      for (Parameter parameter : parameters(variant, 3)) {
        double largest = 0;
        for (float value : parameter.value().toArray()) {
          largest = Math.max(largest, Math.abs(value));
        }
        // Of 16 or more numbers one lies in the outer half of the range but for one time in 60,000.
        assertTrue(largest <= bound && largest > bound / 2, parameter.name() + " " + largest);
      }
    }
  }

  @Test
  void anOrthogonalMatrixKeepsLengthsButForTheGain() {
    Tensor w = value(Variant.rnn(1.5), "hh.weight");
    for (int i = 0; i < H; i++) {
      for (int j = 0; j < H; j++) {
        double dot = 0;
        for (int k = 0; k < H; k++) {
          dot += (double) w.get(k, i) * w.get(k, j);
        }
        assertEquals(i == j ? 2.25 : 0, dot, 1e-6); // 16 float32 roundings
      }
    }
  }

  @Test
  void forgetBiasesAreWhatTheNameSays() {
    for (int unit = 0; unit < H; unit++) {
      assertEquals(3, bias(Variant.lstm(3), LstmNetwork.FORGET, unit));
      float forget = bias(Variant.chrono(400), LstmNetwork.FORGET, unit);
      assertTrue(forget >= 0 && forget <= Math.log(399), "forget bias " + forget);
      assertEquals(-forget, bias(Variant.chrono(400), LstmNetwork.INPUT, unit));
    }
    assertEquals(
        bias(Variant.lstm(), LstmNetwork.INPUT, 0), bias(Variant.lstm(3), LstmNetwork.INPUT, 0));
  }

  @Test
  void theSeedDecides() {
    for (Variant variant : List.of(Variant.rnn(), Variant.rnn(1), Variant.chrono(9))) {
      float[] first = parameters(variant, 3).get(1).value().toArray();
      assertArrayEquals(first, parameters(variant, 3).get(1).value().toArray());
    }
  }
}
