package io.github.lstm4j.internal.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatsTest {
  /** More at once than the zeros that are copied from: 4096. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 5000, 8192})
  void zerosAreWrittenWhereTheyAreAskedForAlone(int count) {
    Floats floats = Floats.allocate(3 + count + 8192);
    floats.fill(1);
    floats.zero(3, count);
    for (int k = 0; k < floats.size(); k++) {
      assertEquals(k < 3 || k >= 3 + count ? 1f : 0f, floats.buffer().get(k), "at " + k);
    }
  }

  /** The alignment comes on top of the bytes, and a buffer has no more of them than an int. */
  @Test
  void theLargestBlockFitsABufferAndItsAlignment() {
    long most = (Integer.MAX_VALUE - 2 * 128) / Float.BYTES;
    assertEquals(most, Floats.checkedSize(most));
    assertThrows(IllegalArgumentException.class, () -> Floats.checkedSize(most + 1));
  }
}
