package io.github.lstm4j.io;

/**
 * What a pickle says of a storage: a flat array of elements that one or more tensors view.
 *
 * @param key the record that holds the bytes
 * @param dtype the element type
 * @param size elements in the record
 * @param viewOffset first element of this view, 0 but in very old files
 * @param viewSize elements of this view
 * @param location the device it was saved from
 */
record TorchStorage(
    String key, DType dtype, long size, long viewOffset, long viewSize, String location) {

  TorchStorage {
    if (size < 0 || viewOffset < 0 || viewSize < 0 || viewOffset > size - viewSize) {
      throw new IllegalArgumentException("storage " + key + ": sizes do not fit");
    }
  }

  /** Bytes of the whole record; refused when the count overflows. */
  long bytes() {
    return Math.multiplyExact(size, (long) dtype.size);
  }
}
