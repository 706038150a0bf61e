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

  /** Returns this if its sizes make sense: no negative ones, no overflow, the view inside. */
  TorchStorage checked() throws CheckpointException {
    boolean fits = size >= 0 && size <= Long.MAX_VALUE / dtype.size;
    fits &= viewOffset >= 0 && viewSize >= 0 && viewOffset <= size - viewSize;
    if (!fits) {
      throw new CheckpointException(
          "storage "
              + CheckpointException.quote(key)
              + ": expected sizes that fit a file, found "
              + size
              + " elements, viewed from "
              + viewOffset
              + " for "
              + viewSize);
    }
    return this;
  }

  /** Bytes of the whole record. */
  long bytes() {
    return size * dtype.size;
  }
}
