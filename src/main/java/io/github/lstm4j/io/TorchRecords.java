package io.github.lstm4j.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Where a PyTorch file keeps the bytes of its storages. */
interface TorchRecords extends Closeable {
  /** Returns the format in words. */
  String format();

  /**
   * Returns the number of bytes that the record really has, or -1 if there is none. For a
   * compressed record that is the size it declares, already found plausible.
   */
  long size(String key) throws CheckpointException;

  /** Returns the record's bytes from an offset on; going there costs no reading. */
  InputStream open(String key, long offset) throws IOException;
}
