package io.github.lstm4j.internal.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A block of off-heap float32 memory that Java code reads through a direct buffer and C code
 * through its address.
 *
 * <p>The memory belongs to the JDK: the garbage collector frees it once nothing refers to it, so a
 * native call that holds a {@code Floats} can never see freed memory, unless it was wrapped and
 * somebody else frees it. Safe for use by several threads in so far as the caller orders reads and
 * writes of the elements.
 */
public final class Floats {
  /**
   * Two cache lines, which many CPUs fetch together: what one thread writes at every step shall not
   * lie beside what another writes. Also enough for a vector register of any CPU variant.
   */
  private static final int ALIGNMENT = 128;

  /** The largest number of elements in one block: what a 2 GiB direct buffer holds, aligned. */
  public static final int MAX_SIZE = (Integer.MAX_VALUE - 2 * ALIGNMENT) / Float.BYTES;

  /** A large page of memory, for blocks of several. */
  private static final int LARGE_ALIGNMENT = 2 << 20;

  private static final int SEVERAL = 2 * LARGE_ALIGNMENT;

  /** From so many floats on, 4 MiB, a block begins on a large page. */
  public static final int LARGE = SEVERAL / Float.BYTES;

  /** Copied from by {@link #zero}: the JVM copies memory many times faster than it runs a loop. */
  private static final FloatBuffer ZEROS = allocate(4096).buffer.asReadOnlyBuffer();

  private final FloatBuffer buffer;

  /** Whether somebody else may free the memory. */
  private final boolean foreign;

  private long address;

  private Floats(FloatBuffer buffer, boolean foreign) {
    this.buffer = buffer;
    this.foreign = foreign;
  }

  /**
   * Allocates zeros that start on a 128-byte boundary; on 2 MiB from 4 MiB upwards.
   *
   * @param size number of elements, from 0 to {@link #MAX_SIZE}
   * @throws IllegalArgumentException if the size is outside that range
   * @throws OutOfMemoryError if the JVM's limit on direct memory is reached
   */
  public static Floats allocate(long size) {
    int bytes = checkedSize(size) * Float.BYTES;
    boolean large = bytes >= SEVERAL && bytes <= Integer.MAX_VALUE - SEVERAL;
    int alignment = large ? LARGE_ALIGNMENT : ALIGNMENT;
    ByteBuffer raw = ByteBuffer.allocateDirect(bytes + alignment);
    int past = raw.alignmentOffset(0, alignment);
    ByteBuffer aligned = raw.slice(past == 0 ? 0 : alignment - past, bytes);
    return new Floats(aligned.order(ByteOrder.nativeOrder()).asFloatBuffer(), false);
  }

  /**
   * Returns a size that fits one block.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static int checkedSize(long size) {
    if (size < 0 || size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "memory: expected blocks of at most " + MAX_SIZE + " elements, got " + size);
    }
    return (int) size;
  }

  /** Copies a buffer of any kind, from index 0 to its capacity. */
  public static Floats copyOf(FloatBuffer from) {
    Floats copy = allocate(from.capacity());
    copy.buffer.put(0, from, 0, from.capacity());
    return copy;
  }

  /** Shares the memory of a direct buffer in native byte order, from position 0 to its limit. */
  public static Floats wrap(FloatBuffer direct) {
    return new Floats(direct, true);
  }

  /** The elements; position 0 and limit {@link #size()}, never moved: use absolute access only. */
  public FloatBuffer buffer() {
    return buffer;
  }

  /** Number of elements. */
  public int size() {
    return buffer.capacity();
  }

  /** The native address if {@link #setAddress} was called, else 0. */
  public long address() {
    return address;
  }

  /**
   * Fails if the memory is that of an arena which is closed, or another thread's alone.
   *
   * @throws IllegalStateException if it is closed
   */
  public void requireAlive() {
    if (foreign && size() > 0) {
      buffer.get(0); // the JDK looks; an address alone would not tell
    }
  }

  /** Remembers the native address; every thread that races here stores the same number. */
  public void setAddress(long address) {
    this.address = address;
  }

  /** Copies {@code count} elements of {@code from} into this block; the ranges may not overlap. */
  public void copyFrom(Floats from, int fromIndex, int toIndex, int count) {
    buffer.put(toIndex, from.buffer, fromIndex, count);
  }

  /** Adds {@code count} elements of {@code from} to those of this block. */
  public void add(Floats from, int fromIndex, int toIndex, int count) {
    for (int k = 0; k < count; k++) {
      buffer.put(toIndex + k, buffer.get(toIndex + k) + from.buffer.get(fromIndex + k));
    }
  }

  /** Writes one value to all elements: the first, and then copies of all that is written. */
  public void fill(float value) {
    if (size() > 0) {
      buffer.put(0, value);
    }
    for (int done = 1; done < size(); done *= 2) {
      buffer.put(done, buffer, 0, Math.min(done, size() - done));
    }
  }

  /** Writes zeros to {@code count} elements. */
  public void zero(int index, int count) {
    for (int done = 0; done < count; done += ZEROS.capacity()) {
      buffer.put(index + done, ZEROS, 0, Math.min(ZEROS.capacity(), count - done));
    }
  }
}
