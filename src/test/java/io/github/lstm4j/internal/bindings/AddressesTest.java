package io.github.lstm4j.internal.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  @BeforeAll
  static void requireNativeCode() {
    assumeTrue(NativeLibrary.kernels().failure() == null, NativeLibrary.kernels()::failure);
  }

  private static Floats at(int byteOffset) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(64).position(byteOffset).slice();
    return Floats.wrap(bytes.order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void misalignedMemoryIsRefused(int byteOffset) {
    Floats floats = at(byteOffset);
    for (int k = 0; k < 2; k++) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Addresses.of(floats)).getMessage();
      assertTrue(message.contains("aligned to 4 bytes"), message);
    }
  }

  @Test
  void everyFourthByteWillDo() {
    Floats floats = at(4);
    assertTrue(Addresses.of(floats) != 0);
    assertEquals(Addresses.of(floats), floats.address());
  }
}
