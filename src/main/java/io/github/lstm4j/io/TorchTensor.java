package io.github.lstm4j.io;

import java.util.Arrays;
import java.util.List;

/**
 * A strided view of a storage, checked to lie inside it and to have no more elements than it.
 *
 * @param storage the elements
 * @param offset index of the first element in the record
 * @param shape the dimensions
 * @param stride elements between neighbours along each dimension
 */
record TorchTensor(TorchStorage storage, long offset, int[] shape, long[] stride) {

  static TorchTensor of(TorchStorage storage, long offset, long[] shape, long[] stride)
      throws CheckpointException {
    String what = "tensor " + Arrays.toString(shape) + " stride " + Arrays.toString(stride);
    if (shape.length > Limits.RANK || stride.length != shape.length) {
      throw new CheckpointException(
          what + ": expected as many strides as dimensions, at most " + Limits.RANK);
    }
    int[] dims = new int[shape.length];
    boolean fits = offset >= 0;
    boolean empty = false;
    for (int k = 0; k < shape.length; k++) {
      dims[k] = (int) shape[k];
      fits &= dims[k] == shape[k] && shape[k] >= 0 && stride[k] >= 0;
      empty |= shape[k] == 0;
    }
    if (fits && !empty) {
      fits = inside(storage.viewSize(), offset, shape, stride);
    }
    if (!fits) {
      throw new CheckpointException(
          what
              + ": expected a view of the "
              + storage.viewSize()
              + " elements of storage "
              + CheckpointException.quote(storage.key())
              + ", found one from "
              + offset
              + " that does not fit");
    }
    return new TorchTensor(storage, empty ? 0 : storage.viewOffset() + offset, dims, stride);
  }

  /** Whether both the last element and the number of elements stay within the storage. */
  private static boolean inside(long size, long offset, long[] shape, long[] stride) {
    long last = offset;
    long count = 1;
    for (int k = 0; k < shape.length; k++) {
      // Both factors may be any long; the division avoids the overflow.
      if (shape[k] > 1 && stride[k] > size / (shape[k] - 1)) {
        return false;
      }
      last += (shape[k] - 1) * stride[k];
      count *= shape[k];
      if (last >= size || count > size || last < 0) {
        return false;
      }
    }
    return last < size;
  }

  long elements() {
    long count = 1;
    for (int dim : shape) {
      count = dim == 0 ? 0 : count * dim;
    }
    return count;
  }

  /** Elements from the first to the last one that the view touches. */
  long span() {
    long span = 1;
    for (int k = 0; k < shape.length; k++) {
      if (shape[k] == 0) {
        return 0;
      }
      span += (shape[k] - 1L) * stride[k];
    }
    return span;
  }

  /**
   * Elements that reading it takes room for: those read, or those of the result. Strides above 1
   * make the first number the larger, strides of 0 the second.
   */
  long extent() {
    return Math.max(span(), elements());
  }

  /** Whether the elements lie in row-major order without gaps. */
  boolean isDense() {
    long[] dense = Elements.rowMajor(shape);
    for (int k = 0; k < shape.length; k++) {
      if (shape[k] != 1 && stride[k] != dense[k]) {
        return elements() == 0;
      }
    }
    return true;
  }

  List<Long> dims() {
    return Arrays.stream(shape).mapToObj(Long::valueOf).toList();
  }
}
