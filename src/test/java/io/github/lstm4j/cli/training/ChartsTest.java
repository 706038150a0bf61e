package io.github.lstm4j.cli.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartsTest {
  /** XChart looks without end for room for labels that are too long, or all the same. */
  @ParameterizedTest
  @CsvSource({
    "200, 2024-01-%03d",
    "200, 2024-01-01T00:%03d:00+00:00",
    "5000, 2024-01-01T00:00:00.%04d+00:00",
    "200, a time with a very long name of its own %03d",
    "30, always the same",
    "4, %d"
  })
  void timesFitTheAxis(int rows, String time) {
    List<String> times = IntStream.range(0, rows).mapToObj(k -> String.format(time, k)).toList();
    double[][] values = new double[rows][1];
    for (int row = 0; row < rows; row++) {
      values[row][0] = -1e30 * (1 + Math.sin(row)); // long labels, too
    }
    Series series = new Series(List.of("x"), List.of("time"), times, values);
    Panel panel = Charts.forecast(series, "x", rows - 2, new double[] {-1e30, 0});
    byte[] png =
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> Picture.png(List.of(panel)));
    assertTrue(png.length > 1000, png.length + " bytes");
  }

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
