package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract on the native backend with two threads, which share out directions or sequences, or
 * the hidden units of a few sequences. The build lowers the limits so that small cases are shared
 * out.
 */
class NativeTwoThreadsBackendTest extends NativeContract {
  @Override
  String variant() {
    return NativeCode.widest();
  }

  @Override
  LstmOptions options() {
    return super.options().withThreads(2);
  }

  /** Large weights are shared out by hidden unit up to 33 sequences. */
  @ParameterizedTest
  @ValueSource(ints = {12, 33, 34})
  void largeWeightsGiveTheSameBits(int batch) {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(5, 512), batch);
    Tensor x = Tensor.allocate(4, batch, 5);
    for (int k = 0; k < x.size(); k++) {
      x.data().put(k, (float) Math.sin(k));
    }
    try (Lstm one = Lstm.create(parameters, options().withThreads(1));
        Lstm two = Lstm.create(parameters, options())) {
      assertSameBits(one.forward(x), two.forward(x));
    }
  }

  /** Whole sequences would give one thread much more than its due: units are shared out. */
  @ParameterizedTest
  @ValueSource(ints = {9, 13, 16})
  void unevenSequencesGiveTheSameBits(int batch) {
    LstmParameters parameters = LstmParameters.initialize(LstmConfig.of(5, 61), batch);
    int[] lengths = new int[batch];
    for (int k = 0; k < batch; k++) {
      lengths[k] = k == 3 ? 40 : 1 + k % 2;
    }
    Tensor x = Tensor.allocate(40, batch, 5);
    for (int k = 0; k < x.size(); k++) {
      x.data().put(k, (float) Math.sin(k));
    }
    try (Lstm one = Lstm.create(parameters, options().withThreads(1));
        Lstm two = Lstm.create(parameters, options())) {
      assertSameBits(one.forward(x), two.forward(x));
      assertSameBits(one.forward(x, lengths, null), two.forward(x, lengths, null));
    }
  }

  private static void assertSameBits(LstmOutput expected, LstmOutput actual) {
    assertArrayEquals(expected.output().toArray(), actual.output().toArray());
    assertArrayEquals(expected.hn().toArray(), actual.hn().toArray());
    assertArrayEquals(expected.cn().toArray(), actual.cn().toArray());
  }
}
