package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.memory.Floats;

/**
 * Dropout between layers, as {@code nn.LSTM} does it: in training, each number of a layer's output
 * becomes zero with probability p, or is multiplied by {@code 1 / (1 - p)}.
 *
 * <p>Whether number {@code n} of a layer is kept is a function of the seed, how many forwards there
 * were since it was set, the layer and {@code n} alone, so that nothing is stored, a run can be
 * repeated, and threads make no difference. The function is the finaliser of SplitMix64 (Steele,
 * Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014).
 */
public final class Dropout {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int BLOCK = 1024;

  private final double p;
  private final float[] block = new float[BLOCK];
  private long nextSeed;
  private boolean nextOn;

  /** The masks of the last {@link #begin}. */
  private long seed;

  private boolean on;

  /**
   * Starts switched off.
   *
   * @param p from 0 to 1
   */
  public Dropout(double p) {
    this.p = p;
  }

  /** Switches on, with the masks of a seed, from the next {@link #begin} on. */
  public void on(long newSeed) {
    nextSeed = newSeed;
    nextOn = true;
  }

  /** Switches off, from the next {@link #begin} on. */
  public void off() {
    nextOn = false;
  }

  /** Begins a forward, whose masks its backward must see again. */
  void begin() {
    seed = nextSeed;
    on = nextOn;
    nextSeed += GOLDEN;
  }

  /** Drops among the first {@code count} numbers. NaN and infinity, dropped, become NaN. */
  void apply(int layer, Floats rows, int count) {
    if (!on || p == 0) {
      return;
    }
    long key = mix(mix(seed) + layer);
    float scale = p == 1 ? 0f : (float) (1 / (1 - p));
    // Of 2^53 equally likely numbers, those below are dropped.
    long dropped = (long) (p * 0x1p53);
    for (int from = 0; from < count; from += BLOCK) {
      int some = Math.min(BLOCK, count - from);
      rows.buffer().get(from, block, 0, some);
      for (int k = 0; k < some; k++) {
        boolean keep = mix(key + GOLDEN * (from + k)) >>> 11 >= dropped;
        block[k] *= keep ? scale : 0f;
      }
      rows.buffer().put(from, block, 0, some);
    }
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
