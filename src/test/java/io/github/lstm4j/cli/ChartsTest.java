package io.github.lstm4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChartsTest {
  @Test
  void fewPointsAreAllDrawn() {
    assertArrayEquals(new int[] {}, Charts.drawn(new double[0]));
    assertArrayEquals(new int[] {0, 1, 2}, Charts.drawn(new double[] {5, 3, 4}));
  }

  /** What sticks out stays, whatever is left out. */
  @Test
  void ofManyPointsTheLowestAndHighestAreDrawn() {
    double[] y = new Random(1).doubles(1_000_003).toArray();
    y[777_777] = 2;
    y[123_456] = -1;
    int[] drawn = Charts.drawn(y);
    assertTrue(drawn.length <= 4000, drawn.length + " points");
    assertArrayEquals(drawn, IntStream.of(drawn).sorted().distinct().toArray());
    assertEquals(2, Arrays.stream(drawn).mapToDouble(k -> y[k]).max().orElseThrow());
    assertEquals(-1, Arrays.stream(drawn).mapToDouble(k -> y[k]).min().orElseThrow());
  }
}
