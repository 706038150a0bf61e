package io.github.lstm4j.io;

/** How much a file may ask of us. The numbers are in docs/formats.md, with their reasons. */
final class Limits {
  private Limits() {}

  /** Tensors in one file, entries of metadata in one file, and records in one zip archive. */
  static final int ENTRIES = 100_000;

  /** Dimensions of one tensor. */
  static final int RANK = 8;

  /** Characters of all names and metadata in one file together. */
  static final int TEXT = 16 << 20;

  /** Characters of one name in a safetensors file: of a tensor, or a key of the metadata. */
  static final int NAME = 4096;

  /** Characters of one value of a safetensors file's metadata. */
  static final int VALUE = TEXT / 4;

  /** A safetensors header, as its specification says. */
  static final long SAFETENSORS_HEADER = 100_000_000;

  /** The central directory of a zip archive, which the JDK reads into the heap. */
  static final long ZIP_DIRECTORY = 16 << 20;

  /** Names of zip entries with one hash, among which the JDK finds one by trying all. */
  static final int ZIP_HASH = 100;

  /** The pickle of a PyTorch file, which is read into the heap when it is in a zip archive. */
  static long pickleBytes() {
    return Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8);
  }

  /** Heap that unpickling may take, by a rough count of what each opcode makes. */
  static long pickleHeap() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /**
   * Bytes of float32 that one file may turn into. Twice its size covers the widening of float16;
   * the constant covers small files with shared or compressed storages. Beyond that the file claims
   * more than it holds.
   */
  static long decodedBytes(long fileSize) {
    return Math.max(64 << 20, 2 * fileSize);
  }

  /**
   * Bytes that all tensors of one file together may span or hold, whichever is more for each,
   * against endless views of one storage.
   */
  static long readBytes(long fileSize) {
    return Math.max(256 << 20, 16 * fileSize);
  }
}
