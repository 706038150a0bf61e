package io.github.lstm4j;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** More gates than an int counts: T·B·4H passes 2^31, while input and output stay small. */
class LargeShapesTest {
  private static final int STEPS = 1_060_000;
  private static final int HIDDEN = 512;

  /** Steps to compare at a time. */
  private static final int WINDOW = 1000;

  /**
   * Steps after which nothing is left of another initial state: forget gates of small weights stay
   * near 1/2, and 2^-200 is far below a float's last bit.
   */
  private static final int SETTLED = 200;

  /**
   * Against short runs over windows of the same input, the contract having compared those with the
   * reference: at both ends, and where the number of gates passes 2^31 from either end.
   */
  @Test
  void moreGatesThanAnIntCounts() {
    LstmConfig config = LstmConfig.of(1, HIDDEN).withProjSize(1).withBidirectional(true);
    Random random = new Random(1);
    float[] x = new float[STEPS];
    for (int t = 0; t < STEPS; t++) {
      x[t] = random.nextFloat() - 0.5f;
    }
    int passes = (int) ((1L << 31) / (4 * HIDDEN));
    try (Lstm lstm = Lstm.create(LstmParameters.initialize(config, 1))) {
      float[] whole = lstm.forward(Tensor.of(x, STEPS, 1)).output().toArray();
      for (int middle : new int[] {0, STEPS - passes, passes, STEPS}) {
        int from = Math.max(0, middle - WINDOW);
        int to = Math.min(STEPS, middle + WINDOW);
        int runFrom = Math.max(0, from - SETTLED);
        int runTo = Math.min(STEPS, to + SETTLED);
        Tensor part = Tensor.of(Arrays.copyOfRange(x, runFrom, runTo), runTo - runFrom, 1);
        float[] alone = lstm.forward(part).output().toArray();
        LstmCase.assertClose(
            "steps from " + from,
            Arrays.copyOfRange(alone, 2 * (from - runFrom), 2 * (to - runFrom)),
            Arrays.copyOfRange(whole, 2 * from, 2 * to));
      }
    }
  }
}
