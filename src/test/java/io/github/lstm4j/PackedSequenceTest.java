package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected values are those of PyTorch 1.13's torch.nn.utils.rnn. */
class PackedSequenceTest {
  private static final float NAN = Float.NaN;

  /** The example of PyTorch's documentation of pad_packed_sequence. */
  @Test
  void packsPyTorchsExample() {
    Tensor x = Tensor.of(new float[] {1, 2, NAN, 3, NAN, NAN, 4, 5, 6}, 3, 3, 1);
    PackedSequence packed = PackedSequence.pack(x, new int[] {2, 1, 3}, true, false);
    assertArrayEquals(new float[] {4, 1, 3, 5, 2, 6}, packed.data().toArray());
    assertArrayEquals(new int[] {6, 1}, packed.data().shape());
    assertArrayEquals(new int[] {3, 2, 1}, packed.batchSizes());
    assertArrayEquals(new int[] {2, 0, 1}, packed.sortedIndices());
    assertArrayEquals(new int[] {2, 1, 3}, packed.lengths());
    assertEquals(3, packed.batchSize());
    assertEquals("PackedSequence(3 sequences, 3 steps, data [6, 1])", packed.toString());
    assertArrayEquals(new float[] {1, 2, -1, 3, -1, -1, 4, 5, 6}, packed.pad(true, -1).toArray());
    assertArrayEquals(new float[] {1, 3, 4, 2, 0, 5, 0, 0, 6}, packed.pad(false, 0).toArray());
  }

  /** PyTorch's total_length. */
  @Test
  void padsToALengthThatIsGiven() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, NAN}, 2, 2, 1);
    PackedSequence packed = PackedSequence.pack(x, new int[] {2, 1}, true, true);
    assertArrayEquals(new float[] {1, 2, -1, 3, -1, -1}, packed.pad(true, -1, 3).toArray());
    assertArrayEquals(new float[] {1, 3, 2, 0, 0, 0}, packed.pad(false, 0, 3).toArray());
    assertArrayEquals(new int[] {3, 2, 1}, packed.pad(false, 0, 3).shape());
    assertArrayEquals(new float[] {1, 2, 3, 0}, packed.pad(true, 0, 2).toArray());
    String message =
        assertThrows(IllegalArgumentException.class, () -> packed.pad(true, 0, 1)).getMessage();
    assertEquals("totalLength: expected the longest length, 2, or more, got 1", message);
  }

  /** torch.arange(24.).reshape(4, 3, 2), lengths 2, 4, 2. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void packsSeveralFeatures(boolean batchFirst) {
    Tensor x = batchFirst ? Tensor.allocate(3, 4, 2) : Tensor.allocate(4, 3, 2);
    for (int k = 0; k < 24; k++) {
      int t = k / 6;
      int b = k / 2 % 3;
      x.set(k, batchFirst ? b : t, batchFirst ? t : b, k % 2);
    }
    PackedSequence packed = PackedSequence.pack(x, new int[] {2, 4, 2}, batchFirst, false);
    assertArrayEquals(
        new float[] {2, 3, 0, 1, 4, 5, 8, 9, 6, 7, 10, 11, 14, 15, 20, 21},
        packed.data().toArray());
    assertArrayEquals(new int[] {3, 3, 1, 1}, packed.batchSizes());
    // Equal lengths keep their order, which PyTorch's sort does not promise.
    assertArrayEquals(new int[] {1, 0, 2}, packed.sortedIndices());
    assertArrayEquals(
        new float[] {
          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1, -1, 14, 15, -1, -1, -1, -1, 20, 21, -1, -1
        },
        packed.pad(false, -1).toArray());
    assertArrayEquals(
        new float[] {0, 1, 6, 7, 0, 0, 0, 0, 2, 3, 8, 9, 14, 15, 20, 21, 4, 5, 10, 11, 0, 0, 0, 0},
        packed.pad(true, 0).toArray());
  }

  @Test
  void sortedInputHasNoIndices() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, NAN, 6, NAN, NAN, 7, NAN, NAN}, 4, 3, 1);
    PackedSequence packed = PackedSequence.pack(x, new int[] {4, 2, 1}, false, true);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7}, packed.data().toArray());
    assertArrayEquals(new int[] {3, 2, 1, 1}, packed.batchSizes());
    assertNull(packed.sortedIndices());
    assertArrayEquals(new int[] {4, 2, 1}, packed.lengths());
  }

  @Test
  void packsAListAsPyTorch() {
    PackedSequence packed =
        PackedSequence.pack(
            List.of(
                Tensor.of(new float[] {1, 2}, 2, 1),
                Tensor.of(new float[] {3}, 1, 1),
                Tensor.of(new float[] {4, 5, 6}, 3, 1)));
    assertArrayEquals(new float[] {4, 1, 3, 5, 2, 6}, packed.data().toArray());
    assertArrayEquals(new int[] {3, 2, 1}, packed.batchSizes());
    assertArrayEquals(new int[] {2, 0, 1}, packed.sortedIndices());
  }

  /** What lies behind the longest sequence is dropped, as PyTorch does. */
  @Test
  void paddingEndsAtTheLongest() {
    Tensor x = Tensor.allocate(9, 2, 1).fill(NAN);
    x.set(1, 0, 0, 0);
    x.set(2, 0, 1, 0);
    x.set(3, 1, 1, 0);
    PackedSequence packed = PackedSequence.pack(x, new int[] {1, 2}, false, false);
    assertArrayEquals(new int[] {2, 2, 1}, packed.pad(false, 0).shape());
    assertArrayEquals(new float[] {1, 2, 0, 3}, packed.pad(false, 0).toArray());
  }

  @Test
  void anEmptyBatchPacksToNothing() {
    PackedSequence packed = PackedSequence.pack(Tensor.allocate(3, 0, 2), new int[0], false, false);
    assertEquals(0, packed.batchSize());
    assertArrayEquals(new int[] {0, 2}, packed.data().shape());
    assertArrayEquals(new int[0], packed.batchSizes());
    assertArrayEquals(new int[] {0, 0, 2}, packed.pad(false, 0).shape());
  }

  /** More rows in all than an int counts, and than a tensor holds. */
  @Test
  void moreThanATensorHoldsIsRefused() {
    List<Tensor> many = Collections.nCopies(70_000, Tensor.allocate(65_536, 0));
    String message =
        assertThrows(IllegalArgumentException.class, () -> PackedSequence.pack(many)).getMessage();
    assertTrue(message.endsWith("time steps of all sequences together, got 4587520000"), message);
  }

  @Test
  void arraysAreCopied() {
    int[] sizes = {2, 1};
    int[] indices = {1, 0};
    PackedSequence packed = PackedSequence.of(Tensor.allocate(3, 1), sizes, indices);
    sizes[0] = 9;
    indices[0] = 9;
    packed.batchSizes()[0] = 9;
    packed.sortedIndices()[0] = 9;
    assertArrayEquals(new int[] {2, 1}, packed.batchSizes());
    assertArrayEquals(new int[] {1, 0}, packed.sortedIndices());
    assertArrayEquals(new int[] {1, 2}, packed.lengths());
  }

  @Test
  void withDataKeepsTheGeometry() {
    PackedSequence packed = PackedSequence.of(Tensor.allocate(3, 1), new int[] {2, 1}, null);
    PackedSequence wider = packed.withData(Tensor.allocate(3, 7));
    assertArrayEquals(new int[] {2, 1}, wider.batchSizes());
    assertArrayEquals(new int[] {3, 7}, wider.data().shape());
    wider.close();
    assertEquals(0f, packed.data().get(2, 0));
  }
}
