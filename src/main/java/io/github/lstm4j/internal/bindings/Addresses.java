package io.github.lstm4j.internal.bindings;

import io.github.lstm4j.internal.memory.Floats;
import org.bytedeco.javacpp.FloatPointer;

/** Where off-heap memory lies, asked once per block of memory. */
public final class Addresses {
  private Addresses() {}

  /**
   * Returns the address of the first element, 0 for an empty block.
   *
   * @throws IllegalArgumentException if a caller's buffer does not start on a multiple of 4 bytes
   * @throws IllegalStateException if a caller's memory is freed, as far as the JDK knows
   */
  public static long of(Floats floats) {
    floats.requireAlive();
    long address = floats.address();
    return address != 0 || floats.size() == 0 ? address : ask(floats);
  }

  private static long ask(Floats floats) {
    long address;
    try (FloatPointer pointer = new FloatPointer(floats.buffer())) {
      address = pointer.address();
    }
    if (address % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "buffer: expected memory aligned to 4 bytes for the NATIVE backend, got address 0x"
              + Long.toHexString(address));
    }
    floats.setAddress(address);
    return address;
  }
}
