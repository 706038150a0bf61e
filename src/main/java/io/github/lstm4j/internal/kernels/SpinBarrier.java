package io.github.lstm4j.internal.kernels;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a fixed number of running threads wait for each other once per time step, in a fraction of a
 * microsecond: waiting threads spin, and give the processor away only if it takes long.
 */
public final class SpinBarrier {
  /** About 100 microseconds. */
  public static final int SPINS = 4_000;

  private final AtomicInteger arrived = new AtomicInteger();
  private volatile int phase;
  private volatile boolean broken;
  private int parties;

  /** Prepares for that many threads; none may be waiting. */
  public void reset(int threads) {
    parties = threads;
    arrived.set(0);
    broken = false;
  }

  /** Makes all waiting threads, and those to come, fail. */
  public void abort() {
    broken = true;
  }

  /** Returns when all threads have called it as often as this one. */
  void await() {
    int current = phase;
    if (arrived.incrementAndGet() == parties) {
      arrived.set(0);
      phase = current + 1;
      return;
    }
    for (int spins = 0; phase == current; spins++) {
      if (broken) {
        throw new IllegalStateException("another thread of this call has failed");
      }
      pause(spins);
    }
  }

  /** Waits a little; gives the processor away if it takes long. */
  public static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Thread.yield();
    }
  }
}
