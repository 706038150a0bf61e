package io.github.lstm4j.internal.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchOrderTest {
  @Test
  void longestFirstAndEqualLengthsAsGiven() {
    assertOrder(new int[] {2, 4, 2, 1, 4}, new int[] {1, 4, 0, 2, 3}, new int[] {5, 4, 2, 2});
    assertOrder(new int[] {3}, new int[] {0}, new int[] {1, 1, 1});
    assertOrder(new int[] {1, 1, 1}, new int[] {0, 1, 2}, new int[] {3});
    assertOrder(new int[0], new int[0], new int[0]);
  }

  /** Against the JDK's stable sort, and counting by looking. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 40, 1000})
  void agreesWithTheJdk(int batch) {
    Random random = new Random(batch);
    for (int maxLength : new int[] {1, 2, 5, 400}) {
      int[] lengths = random.ints(batch, 1, maxLength + 1).toArray();
      int[] order =
          IntStream.range(0, batch)
              .boxed()
              .sorted(Comparator.comparing(b -> -lengths[b]))
              .mapToInt(b -> b)
              .toArray();
      int longest = Arrays.stream(lengths).max().orElse(0);
      int[] sizes =
          IntStream.range(0, longest)
              .map(t -> (int) Arrays.stream(lengths).filter(length -> length > t).count())
              .toArray();
      assertOrder(lengths, order, sizes);
    }
  }

  /** Arrays are longer than needed and hold what earlier calls left. */
  private static void assertOrder(int[] lengths, int[] expectedOrder, int[] expectedSizes) {
    int longest = Arrays.stream(lengths).max().orElse(0);
    int[] given = Arrays.copyOf(lengths, lengths.length + 2);
    int[] order = new int[lengths.length + 3];
    int[] sizes = new int[longest + 4];
    Arrays.fill(order, 77);
    Arrays.fill(sizes, 77);
    BatchOrder.sort(given, lengths.length, longest, order, sizes);
    assertArrayEquals(expectedOrder, Arrays.copyOf(order, lengths.length));
    assertArrayEquals(expectedSizes, Arrays.copyOf(sizes, longest));
    assertArrayEquals(
        new int[] {77, 77, 77}, Arrays.copyOfRange(order, lengths.length, order.length));
    assertArrayEquals(new int[] {77, 77, 77}, Arrays.copyOfRange(sizes, longest + 1, longest + 4));
  }
}
