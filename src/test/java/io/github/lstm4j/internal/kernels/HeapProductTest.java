package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.internal.memory.Floats;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HeapProductTest {
  /** A float that grows by a tenth at a time is wrong in its fourth digit by then. */
  @Test
  void theBiasesGradientOfManyRowsIsRoundedOnce() {
    int rows = 100_000;
    float[] tenths = new float[rows];
    Arrays.fill(tenths, 0.1f);
    HeapProduct.Left left = new HeapProduct.Left().set(tenths, 1, 0, 1, rows);
    Floats biasIh = Floats.allocate(1);
    Floats biasHh = Floats.allocate(1);
    new HeapProduct(new JavaMath(), 1).columnSums(left, biasIh, biasHh, false);
    float expected = (float) (rows * (double) 0.1f);
    assertEquals(expected, biasIh.buffer().get(0));
    assertEquals(expected, biasHh.buffer().get(0));
  }
}
