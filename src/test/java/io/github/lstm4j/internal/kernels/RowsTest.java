package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void aDenseBlockHasTheSameRowsAtEveryStep() {
    Rows rows = new Rows();
    rows.setUniform(4, 3);
    assertGeometry(rows, 4, 3, 12);
    for (int t = 0; t < 4; t++) {
      assertEquals(3, rows.count(t));
      assertEquals(3 * t, rows.offset(t));
    }
    assertEquals(12, rows.offset(4));
  }

  @Test
  void aRaggedBatchHasFewerAndFewer() {
    Rows rows = new Rows();
    // Only as many elements count as there are steps.
    rows.setRagged(new int[] {3, 3, 1, 99}, 3);
    assertGeometry(rows, 3, 3, 7);
    int[] offsets = {0, 3, 6, 7};
    for (int t = 0; t <= 3; t++) {
      assertEquals(offsets[t], rows.offset(t));
    }
    assertEquals(3, rows.count(1));
    assertEquals(1, rows.count(2));
  }

  @Test
  void oneObjectServesOneCallAfterTheOther() {
    Rows rows = new Rows();
    rows.setRagged(new int[] {5, 4, 3, 2, 1}, 5);
    rows.setRagged(new int[] {2, 1}, 2);
    assertGeometry(rows, 2, 2, 3);
    rows.setUniform(7, 1);
    assertGeometry(rows, 7, 1, 7);
    assertEquals(1, rows.count(6));
    rows.setRagged(new int[] {2, 1}, 2);
    assertEquals(2, rows.offset(1));
    rows.setRagged(new int[0], 0);
    assertGeometry(rows, 0, 0, 0);
    assertEquals(0, rows.offset(0));
    rows.setUniform(0, 4);
    assertGeometry(rows, 0, 4, 0);
  }

  @Test
  void moreRowsThanAnIntCountsAreRefused() {
    Rows rows = new Rows();
    assertThrows(ArithmeticException.class, () -> rows.setUniform(1 << 16, 1 << 16));
    int[] many = {1 << 30, 1 << 30, 1 << 30};
    assertThrows(ArithmeticException.class, () -> rows.setRagged(many, 3));
  }

  /** So that threads get ranges of sequences that are alike in work. */
  @Test
  void leadingSequencesHaveTheirOwnStepsAlone() {
    Rows rows = new Rows();
    rows.setRagged(new int[] {4, 2, 2, 1}, 4); // of 4, 3, 1 and 1 steps
    int[] expected = {0, 1, 1, 1, 1, 2, 2, 2, 3, 4};
    for (int steps = 0; steps < expected.length; steps++) {
      assertEquals(expected[steps], rows.rowsWithSteps(steps), steps + " steps");
    }
    rows.setUniform(3, 2);
    assertEquals(1, rows.rowsWithSteps(3));
    assertEquals(2, rows.rowsWithSteps(4));
  }

  private static void assertGeometry(Rows rows, int steps, int batch, int total) {
    assertEquals(steps, rows.steps());
    assertEquals(batch, rows.batch());
    assertEquals(total, rows.total());
  }

  @Test
  void sharesAreAsAlikeAsWholeSequencesCanBe() {
    Rows rows = new Rows();
    rows.setUniform(5, 9);
    assertEquals(0, rows.boundary(0, 2));
    assertEquals(5, rows.boundary(1, 2));
    assertEquals(9, rows.boundary(2, 2));
    assertEquals(25, rows.largestShare(2));
    rows.setRagged(new int[] {4, 2, 2, 1}, 4); // of 4, 3, 1 and 1 steps
    assertEquals(9, rows.largestShare(1));
    assertEquals(5, rows.largestShare(2)); // 4 and 3 + 1 + 1
    assertEquals(4, rows.largestShare(3)); // 4, 3 and 1 + 1
    rows.setUniform(4, 1);
    assertEquals(4, rows.largestShare(3));
    rows.setUniform(0, 4);
    assertEquals(0, rows.largestShare(2));
  }
}
