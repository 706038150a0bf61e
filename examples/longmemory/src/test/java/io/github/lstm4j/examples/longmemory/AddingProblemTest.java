package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lstm4j.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddingProblemTest {
  private static final int B = 500;

  private final Tensor y = Tensor.allocate(B, 1);

  private Tensor batch(int steps, long seed, long number) {
    Tensor x = Tensor.allocate(steps, B, AddingProblem.INPUT).fill(Float.NaN);
    AddingProblem.fill(seed, number, x, y.fill(Float.NaN));
    return x;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 50})
  void eachHalfHasOneMarkAndTheAnswerIsTheirSum(int steps) {
    Tensor x = batch(steps, 1, 2);
    for (int b = 0; b < B; b++) {
      int[] marks = new int[2];
      float sum = 0;
      for (int t = 0; t < steps; t++) {
        float number = x.get(t, b, 0);
        float mark = x.get(t, b, 1);
        assertTrue(number >= 0 && number <= 1, "number " + number);
        assertTrue(mark == 0 || mark == 1, "mark " + mark);
        marks[t < steps / 2 ? 0 : 1] += (int) mark;
        sum += mark * number;
      }
      assertArrayEquals(new int[] {1, 1}, marks);
      assertEquals(sum, y.get(b, 0)); // the same two numbers in the same order
    }
  }

  @Test
  void everyStepIsMarkedAtSomeTime() {
    int steps = 10;
    Tensor x = batch(steps, 1, 2);
    for (int t = 0; t < steps; t++) {
      int marked = 0;
      for (int b = 0; b < B; b++) {
        marked += (int) x.get(t, b, 1);
      }
      // Binomial(500, 1/5): mean 100, deviation 8.9; six of them.
      assertEquals(100, marked, 54, "step " + t);
    }
  }

  @Test
  void theTwoMarksKnowNothingOfEachOther() {
    int steps = 10;
    Tensor x = batch(steps, 1, 2);
    int together = 0;
    for (int b = 0; b < B; b++) {
      for (int t = 0; t < steps / 2; t++) {
        together += (int) (x.get(t, b, 1) * x.get(t + steps / 2, b, 1));
      }
    }
    // The same place in both halves: binomial(500, 1/5), as above.
    assertEquals(100, together, 54);
  }

  @Test
  void alwaysAnsweringOneHasTheBaselinesError() {
    double sum = 0;
    int batches = 20;
    for (int number = 0; number < batches; number++) {
      batch(4, 3, number);
      for (float answer : y.toArray()) {
        sum += (answer - 1) * (answer - 1);
      }
    }
    // (u + v - 1)² has mean 1/6 and deviation 0.197: six of the mean of 10,000.
    assertEquals(AddingProblem.BASELINE, sum / (batches * B), 0.012);
  }

  @Test
  void seedAndNumberDecide() {
    float[] first = batch(6, 1, 2).toArray();
    assertArrayEquals(first, batch(6, 1, 2).toArray());
    assertTrue(!Arrays.equals(first, batch(6, 1, 3).toArray()));
    assertTrue(!Arrays.equals(first, batch(6, 2, 2).toArray()));
  }
}
