package io.github.lstm4j.io;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a pickle. Unlike other streams it fails at the end of the data instead of returning
 * -1, which the pickle library would take for a value, and it can look ahead.
 */
final class PickleInput extends InputStream {
  private final ByteBuffer bytes;

  PickleInput(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public int read() throws CheckpointException {
    require(1);
    return bytes.get() & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws CheckpointException {
    require(length);
    bytes.get(to, offset, length);
    return length;
  }

  /** Bytes read so far. */
  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  void require(long count) throws CheckpointException {
    requireAfter(0, count);
  }

  /** Fails unless so many bytes follow the next {@code width} ones. */
  void requireAfter(int width, long count) throws CheckpointException {
    if (count < 0 || count > bytes.remaining() - width) {
      throw new CheckpointException(
          "expected "
              + Long.toUnsignedString(count)
              + " more bytes of pickle, found "
              + Math.max(0, bytes.remaining() - width));
    }
  }

  /**
   * Returns the little-endian unsigned number of 1, 4 or 8 bytes ahead; 8 bytes may be negative.
   */
  long peekLength(int width) throws CheckpointException {
    require(width);
    int at = bytes.position();
    return switch (width) {
      case 1 -> bytes.get(at) & 0xff;
      case 4 -> bytes.getInt(at) & 0xffff_ffffL;
      default -> bytes.getLong(at);
    };
  }

  /** Fails unless a line feed follows within so many bytes. */
  void requireLine(int most) throws CheckpointException {
    for (int k = 0; k <= most && k < bytes.remaining(); k++) {
      if (bytes.get(bytes.position() + k) == '\n') {
        return;
      }
    }
    throw new CheckpointException(
        "expected a line of at most " + most + " bytes in the pickle, found a longer one");
  }
}
