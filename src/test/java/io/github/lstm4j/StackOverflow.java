package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Makes a call with less and less room on the stack, down to none: from the deepest frame up. */
public final class StackOverflow {
  private static final int FRAMES = 300;
  private static final int ROUNDS = 12;
  private static final int CALLS = 500;
  private static final long STACK = 256 << 10;

  private final Runnable call;
  private int left;

  /** Takes what is called. */
  public StackOverflow(Runnable call) {
    this.call = call;
  }

  /**
   * Overflows the stack of a thread of its own some times, and then makes the call from each frame
   * next to its end. That they overflow too, until there is room enough, is what they are made for.
   * In between are calls with room, so that the JIT compiler's stages have their turn: what a frame
   * takes differs among them, and so does where the stack ends.
   */
  public void run() throws InterruptedException {
    for (int round = 0; round < ROUNDS; round++) {
      for (int k = 0; k < CALLS; k++) {
        call.run();
      }
      left = FRAMES;
      Thread thread = new Thread(null, this::descend, "lstm4j-test-overflow", STACK);
      thread.setDaemon(true);
      thread.start();
      thread.join();
      assertTrue(left <= 0, "the last call ended in another way");
    }
  }

  private void descend() {
    try {
      descend();
    } catch (StackOverflowError e) {
      // There is a little more room in this frame.
    }
    if (left-- > 0) {
      call.run();
    }
  }
}
