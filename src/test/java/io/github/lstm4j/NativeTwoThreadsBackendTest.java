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
      LstmOutput expected = one.forward(x);
      LstmOutput actual = two.forward(x);
      assertArrayEquals(expected.output().toArray(), actual.output().toArray());
      assertArrayEquals(expected.hn().toArray(), actual.hn().toArray());
      assertArrayEquals(expected.cn().toArray(), actual.cn().toArray());
    }
  }
}
