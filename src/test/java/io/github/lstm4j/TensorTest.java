package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.internal.bindings.Addresses;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {
  private static Tensor counting(int... shape) {
    Tensor tensor = Tensor.allocate(shape);
    for (int k = 0; k < tensor.size(); k++) {
      tensor.data().put(k, k);
    }
    return tensor;
  }

  @Test
  void isRowMajor() {
    Tensor tensor = counting(2, 3, 4);
    assertEquals(24, tensor.size());
    assertEquals(3, tensor.rank());
    assertEquals(4, tensor.dim(2));
    assertEquals(0f, tensor.get(0, 0, 0));
    assertEquals(23f, tensor.get(1, 2, 3));
    assertEquals(12 + 8 + 1, tensor.get(1, 2, 1));
    tensor.set(-5, 1, 0, 2);
    assertEquals(-5f, tensor.toArray()[14]);
    assertEquals("Tensor[2, 3, 4]", tensor.toString());
  }

  /** Sizes on both sides of 4 MiB; several of each, as one could lie well by chance. */
  @ParameterizedTest
  @CsvSource({"1, 128", "33, 128", "1048575, 128", "1048576, 2097152", "1048577, 2097152"})
  void startsOnTheBoundaryThatIsPromised(int size, long boundary) {
    assumeTrue(NativeCode.excuse() == null, NativeCode::excuse); // else nobody asks for addresses
    for (int k = 0; k < 5; k++) {
      assertEquals(0, Addresses.of(Tensor.allocate(size).floats()) % boundary);
    }
  }

  @Test
  void startsAsZeros() {
    assertArrayEquals(new float[6], Tensor.allocate(2, 3).toArray());
  }

  @Test
  void aScalarHasNoDimensions() {
    Tensor scalar = Tensor.of(new float[] {3});
    assertEquals(0, scalar.rank());
    assertEquals(1, scalar.size());
    assertEquals(3f, scalar.get());
  }

  @Test
  void aZeroAnywhereEmptiesIt() {
    int big = Integer.MAX_VALUE;
    for (int[] shape : new int[][] {{0}, {0, big}, {big, 0}, {big, big, big, 0}, {0, big, big}}) {
      assertEquals(0, Tensor.allocate(shape).size());
      assertEquals(0, Tensor.allocate(shape).toArray().length);
    }
  }

  @Test
  void shapesAndArraysAreCopied() {
    int[] shape = {2, 2};
    float[] data = {1, 2, 3, 4};
    Tensor tensor = Tensor.of(data, shape);
    shape[0] = 9;
    data[0] = 9;
    tensor.shape()[1] = 9;
    tensor.toArray()[1] = 9;
    assertArrayEquals(new int[] {2, 2}, tensor.shape());
    assertArrayEquals(new float[] {1, 2, 3, 4}, tensor.toArray());
  }

  @Test
  void wrapSharesTheRemainingElements() {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(40).order(ByteOrder.nativeOrder()).asFloatBuffer();
    buffer.position(3).limit(9);
    Tensor tensor = Tensor.wrap(buffer, 2, 3);
    buffer.clear();
    buffer.put(3, 7).put(8, 8);
    assertEquals(7f, tensor.get(0, 0));
    assertEquals(8f, tensor.get(1, 2));
    tensor.fill(1);
    assertEquals(0f, buffer.get(2));
    assertEquals(1f, buffer.get(3));
    assertEquals(1f, buffer.get(8));
    assertEquals(0f, buffer.get(9));
    assertEquals(0, buffer.position());
  }

  @Test
  void dataIsAViewWithAPositionOfItsOwn() {
    Tensor tensor = counting(2, 3);
    FloatBuffer first = tensor.data();
    first.position(4);
    FloatBuffer second = tensor.data();
    assertNotSame(first, second);
    assertEquals(0, second.position());
    assertEquals(6, second.limit());
    assertTrue(second.isDirect());
    assertEquals(ByteOrder.nativeOrder(), second.order());
    second.put(0, 9);
    assertEquals(9f, tensor.get(0, 0));
  }

  @Test
  void fillsEveryElement() {
    for (int size : new int[] {0, 1, 2, 3, 4, 5, 1000, 1025}) {
      float[] expected = new float[size];
      Arrays.fill(expected, -0f);
      assertArrayEquals(expected, counting(size).fill(-0f).toArray());
    }
  }

  @Test
  void copies() {
    Tensor tensor = Tensor.allocate(2, 3);
    assertSame(tensor, tensor.copyFrom(new float[] {1, 2, 3, 4, 5, 6}));
    assertEquals(6f, tensor.get(1, 2));
    assertSame(tensor, tensor.copyFrom(counting(6)));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, tensor.toArray());
    tensor.copyFrom(tensor.reshape(3, 2));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, tensor.toArray());
    LstmState state = new LstmState(tensor, counting(2));
    LstmState copy = state.copy();
    tensor.fill(9);
    assertArrayEquals(new int[] {2, 3}, copy.h().shape());
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, copy.h().toArray());
    assertArrayEquals(new float[] {0, 1}, copy.c().toArray());
  }

  @Test
  void saysWhoseMemoryItIs() {
    Tensor tensor = Tensor.allocate(2, 3);
    Tensor view = tensor.reshape(6);
    assertTrue(tensor.sharesMemory(tensor));
    assertTrue(tensor.sharesMemory(view) && view.sharesMemory(tensor));
    assertFalse(tensor.sharesMemory(Tensor.allocate(2, 3)));
    Tensor empty = Tensor.allocate(0);
    assertFalse(empty.sharesMemory(empty));
    view.close();
    assertThrows(IllegalStateException.class, () -> tensor.sharesMemory(view));
    assertThrows(IllegalArgumentException.class, () -> tensor.sharesMemory(null));
  }

  @Test
  void reshapeSharesMemory() {
    Tensor tensor = counting(2, 3);
    Tensor view = tensor.reshape(3, 2);
    view.set(-1, 2, 1);
    assertEquals(-1f, tensor.get(1, 2));
    assertArrayEquals(new int[] {2, 3}, tensor.shape());
  }
}
