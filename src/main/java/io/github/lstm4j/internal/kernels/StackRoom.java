package io.github.lstm4j.internal.kernels;

/**
 * Lets a thread whose stack is nearly full overflow here, before it shares anything with others: an
 * overflow between helpers, or with a permit in hand, strikes clean-up code too, and others would
 * wait for ever.
 */
public final class StackRoom {
  /** Many times as deep as what follows; some 10 KB compiled, 25 KB interpreted. */
  private static final int FRAMES = 256;

  private StackRoom() {}

  /**
   * Takes less than a microsecond.
   *
   * @throws StackOverflowError if the calling thread's stack is nearly full
   */
  public static void require() {
    descend(FRAMES);
  }

  private static int descend(int frames) {
    return frames == 0 ? 0 : 1 + descend(frames - 1);
  }
}
