package io.github.lstm4j.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "1x2x3x4",
        "5x3x10x20-layers2",
        "50x16x256x256-layers2-bidirectional",
        "400x64x256x256-ragged"
      })
  void readsWhatItWrites(String text) {
    assertEquals(text, Shape.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "1x2x3",
        "0x1x8x8",
        "1x0x8x8",
        "1x1x8x8-layers0",
        "1x1x8x8-ragged2",
        "99999999999x1x8x8"
      })
  void refusesOthersInWords(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Shape.parse(text)).getMessage();
    assertTrue(message.startsWith("shape: expected "), message);
  }

  /** Twice the multiplications of four gates, 7 rows, two layers of two directions. */
  @Test
  void countsTheProductsAlone() {
    Shape shape = Shape.parse("7x1x3x5-layers2-bidirectional");
    double first = 2 * 4 * 5 * (7 * 3 + 6 * 5);
    double second = 2 * 4 * 5 * (7 * 10 + 6 * 5);
    assertEquals(2 * (first + second), shape.flops());
    assertEquals(7 * 2 * (2 * 4 * 5 * 3), shape.inputFlops());
  }

  @Test
  void raggedLengthsAreTheSameEverywhereAndReachTheLongest() {
    int[] lengths = Shape.parse("400x64x8x8-ragged").lengths();
    assertArrayEquals(Shape.parse("400x64x16x16-ragged").lengths(), lengths);
    assertEquals(400, lengths[0]);
    assertTrue(Arrays.stream(lengths).allMatch(length -> length >= 5 && length <= 400));
    assertEquals(Arrays.stream(lengths).sum(), Shape.parse("400x64x8x8-ragged").rows());
    assertEquals(6 * 4, Shape.parse("6x4x8x8").rows());
  }
}
