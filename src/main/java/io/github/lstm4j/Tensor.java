package io.github.lstm4j;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A dense, row-major array of float32 in off-heap memory, with a shape.
 *
 * <p>Memory: a tensor made by {@link #allocate} or {@link #of} owns its memory; one made by {@link
 * #wrap} shares the caller's buffer. The memory of an owning tensor returns to the JVM once the
 * tensor was closed (or became unreachable) and the garbage collector has run, never while a call
 * still uses it; it counts against {@code -XX:MaxDirectMemorySize}.
 *
 * <p>Thread-safety: shape and identity are immutable; the elements are plain memory, so threads
 * that write them must order their accesses themselves.
 *
 * <p>Every method but {@link #close}, {@link #shape}, {@link #rank}, {@link #dim}, {@link #size}
 * and {@link #toString} throws {@link IllegalStateException} once the tensor was closed.
 */
public final class Tensor implements AutoCloseable {
  /** The largest number of elements a tensor can hold (the memory of one direct buffer). */
  public static final int MAX_SIZE = Floats.MAX_SIZE;

  private final int[] shape;
  private final int size;
  private volatile Floats floats;

  private Tensor(Floats floats, int[] shape, int size) {
    this.floats = floats;
    this.shape = shape;
    this.size = size;
  }

  /**
   * Allocates a tensor of zeros whose first element lies on a 128-byte boundary.
   *
   * @param shape the dimensions, each 0 or more; no dimensions make a scalar. Copied.
   * @return a new tensor that owns its memory
   * @throws IllegalArgumentException if a dimension is negative or the product exceeds {@link
   *     #MAX_SIZE}
   */
  public static Tensor allocate(int... shape) {
    int[] own = copy(shape);
    int size = sizeOf(own);
    return new Tensor(Floats.allocate(size), own, size);
  }

  /**
   * Copies an array into a new tensor.
   *
   * @param data the elements in row-major order; read, not kept
   * @param shape the dimensions; their product must be {@code data.length}. Copied.
   * @return a new tensor that owns its memory
   * @throws IllegalArgumentException if the shape is invalid or does not hold {@code data.length}
   *     elements
   */
  public static Tensor of(float[] data, int... shape) {
    Checks.notNull("data", data);
    requireSize("data", data.length, shape);
    Tensor tensor = allocate(shape);
    tensor.floats.buffer().put(0, data);
    return tensor;
  }

  /**
   * Shares the memory of a direct buffer, without a copy. The remaining elements (position to
   * limit) become the tensor; the buffer's own position and limit are neither used later nor
   * changed. Both the caller and the library read and write the same memory, which has to stay the
   * caller's until the last call with this tensor has ended: memory that somebody frees by other
   * means than the garbage collector must outlive it. (Of an arena that was closed before a call,
   * the call throws; closed during one, it takes the JVM down. That of a confined arena is for
   * calls of one thread, its own.) Wrap a buffer once and {@link #reshape}: two wraps of it are not
   * known to be the same memory where different memory is asked for. The native backend needs the
   * address to be a multiple of 4, and finds out when it comes to the tensor: a call that is
   * refused for it may have written others already.
   *
   * @param data a direct buffer in native byte order, writable; kept
   * @param shape the dimensions; their product must be {@code data.remaining()}. Copied.
   * @return a tensor over the caller's memory
   * @throws IllegalArgumentException if the buffer is on the heap, read-only or in the other byte
   *     order, or the shape does not hold its elements
   */
  public static Tensor wrap(FloatBuffer data, int... shape) {
    Checks.notNull("data", data);
    if (!data.isDirect()) {
      throw new IllegalArgumentException(
          "data: expected a direct FloatBuffer (ByteBuffer.allocateDirect(..)"
              + ".order(ByteOrder.nativeOrder()).asFloatBuffer()), got a heap buffer;"
              + " Tensor.of(float[], shape) copies");
    }
    if (data.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "data: expected byte order " + ByteOrder.nativeOrder() + ", got " + data.order());
    }
    if (data.isReadOnly()) {
      throw new IllegalArgumentException("data: expected a writable buffer, got a read-only one");
    }
    int[] own = copy(shape);
    FloatBuffer slice = data.slice(); // others may move the buffer's limit meanwhile
    int size = requireSize("data", slice.remaining(), own);
    return new Tensor(Floats.wrap(slice), own, size);
  }

  /** Returns a copy of the dimensions. */
  public int[] shape() {
    return shape.clone();
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /**
   * Returns one dimension.
   *
   * @param axis from 0 to {@code rank() - 1}
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public int dim(int axis) {
    return shape[axis];
  }

  /** Returns the number of elements, the product of the dimensions. */
  public int size() {
    return size;
  }

  /**
   * Returns the elements as a direct buffer in native order: position 0, limit {@link #size}. Each
   * call returns a new view of the same memory, so positions may be moved freely.
   */
  public FloatBuffer data() {
    return floats().buffer().duplicate();
  }

  /**
   * Returns one element.
   *
   * @param index one number per dimension
   * @throws IndexOutOfBoundsException if the number of indices is not the rank or one is outside
   *     its dimension
   */
  public float get(int... index) {
    return floats().buffer().get(flat(index));
  }

  /**
   * Writes one element.
   *
   * @param value the new value
   * @param index one number per dimension
   * @throws IndexOutOfBoundsException as {@link #get}
   */
  public void set(float value, int... index) {
    floats().buffer().put(flat(index), value);
  }

  /** Returns a copy of the elements in row-major order. */
  public float[] toArray() {
    float[] copy = new float[size];
    floats().buffer().get(0, copy);
    return copy;
  }

  /**
   * Copies the elements of an array into this tensor.
   *
   * @param data exactly {@link #size} elements; read, not kept
   * @return this
   * @throws IllegalArgumentException if the length differs
   */
  public Tensor copyFrom(float[] data) {
    Checks.notNull("data", data);
    requireSize("data", data.length, shape);
    floats().buffer().put(0, data);
    return this;
  }

  /**
   * Copies the elements of another tensor, whose shape may differ but not its size.
   *
   * @param other read
   * @return this
   * @throws IllegalArgumentException if the size differs
   */
  public Tensor copyFrom(Tensor other) {
    Checks.notNull("other", other);
    requireSize("other", other.size, shape);
    if (other.floats() != floats()) {
      floats().copyFrom(other.floats(), 0, 0, size);
    }
    return this;
  }

  /** Writes one value to every element; returns this. */
  public Tensor fill(float value) {
    floats().fill(value);
    return this;
  }

  /**
   * Returns a tensor over the same memory with another shape. Closing either leaves the other open.
   *
   * @param newShape dimensions with the same product
   * @throws IllegalArgumentException if the product differs
   */
  public Tensor reshape(int... newShape) {
    int[] own = copy(newShape);
    requireSize("tensor", size, own);
    return new Tensor(floats(), own, size);
  }

  /**
   * Returns whether both have elements in the same memory: one is the other, or a {@link #reshape}
   * of it. Tensors that {@link #wrap} made apart are not known to overlap, even where they do.
   *
   * @param other a tensor
   * @throws IllegalStateException if one of them is closed
   */
  public boolean sharesMemory(Tensor other) {
    Checks.notNull("other", other);
    return floats() == other.floats() && size > 0;
  }

  /** Gives the memory up. Harmless when called again; a call in progress elsewhere completes. */
  @Override
  public void close() {
    floats = null;
  }

  /** Returns for example {@code Tensor[5, 3, 10]}. */
  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape) + (floats == null ? " (closed)" : "");
  }

  /** The memory, for the rest of the library. */
  Floats floats() {
    Floats open = floats;
    if (open == null) {
      throw new IllegalStateException("tensor " + Arrays.toString(shape) + " is closed");
    }
    return open;
  }

  /** The dimensions themselves, not to be written: no copy on the hot path. */
  int[] sharedShape() {
    return shape;
  }

  private int flat(int[] index) {
    if (index.length != shape.length) {
      throw new IndexOutOfBoundsException(
          "expected "
              + shape.length
              + " indices for shape "
              + Arrays.toString(shape)
              + ", got "
              + index.length);
    }
    int flat = 0;
    for (int k = 0; k < index.length; k++) {
      if (index[k] < 0 || index[k] >= shape[k]) {
        throw new IndexOutOfBoundsException(
            "index " + Arrays.toString(index) + " outside shape " + Arrays.toString(shape));
      }
      flat = flat * shape[k] + index[k];
    }
    return flat;
  }

  /** What is checked is then what is kept, whatever the caller's other threads do. */
  private static int[] copy(int[] shape) {
    Checks.notNull("shape", shape);
    return shape.clone();
  }

  private static int sizeOf(int[] shape) {
    Checks.notNull("shape", shape);
    long size = 1;
    for (int d : shape) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "shape: expected dimensions of 0 or more, got " + Arrays.toString(shape));
      }
      // A zero anywhere empties the tensor; the running product stays below 2^62 either way.
      size = size > MAX_SIZE ? (d == 0 ? 0 : size) : size * d;
    }
    if (size > MAX_SIZE) {
      throw new IllegalArgumentException(
          "shape: expected at most " + MAX_SIZE + " elements, got " + Arrays.toString(shape));
    }
    return (int) size;
  }

  private static int requireSize(String name, int actual, int[] shape) {
    int size = sizeOf(shape);
    if (size != actual) {
      throw new IllegalArgumentException(
          name
              + ": expected "
              + size
              + " elements for shape "
              + Arrays.toString(shape)
              + ", got "
              + actual);
    }
    return size;
  }
}
