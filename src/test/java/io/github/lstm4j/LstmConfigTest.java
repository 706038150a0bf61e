package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Expected values are what PyTorch 1.13 prints and holds. */
class LstmConfigTest {
  static Stream<Arguments> printed() {
    LstmConfig plain = LstmConfig.of(10, 20);
    LstmConfig all = new LstmConfig(10, 20, 2, false, true, 0.5, true, 0);
    return Stream.of(
        Arguments.of(plain, "LSTM(10, 20)"),
        Arguments.of(plain.withNumLayers(2), "LSTM(10, 20, num_layers=2)"),
        Arguments.of(plain.withBias(false), "LSTM(10, 20, bias=False)"),
        Arguments.of(plain.withBatchFirst(true), "LSTM(10, 20, batch_first=True)"),
        Arguments.of(plain.withBidirectional(true), "LSTM(10, 20, bidirectional=True)"),
        Arguments.of(plain.withProjSize(3), "LSTM(10, 20, proj_size=3)"),
        Arguments.of(
            all,
            "LSTM(10, 20, num_layers=2, bias=False, batch_first=True, dropout=0.5,"
                + " bidirectional=True)"),
        Arguments.of(
            all.withProjSize(3),
            "LSTM(10, 20, proj_size=3, num_layers=2, bias=False, batch_first=True, dropout=0.5,"
                + " bidirectional=True)"),
        Arguments.of(plain.withDropout(1), "LSTM(10, 20, dropout=1.0)"),
        Arguments.of(plain.withDropout(0.1), "LSTM(10, 20, dropout=0.1)"),
        Arguments.of(plain.withDropout(1.0 / 3), "LSTM(10, 20, dropout=0.3333333333333333)"),
        Arguments.of(plain.withDropout(0.0005), "LSTM(10, 20, dropout=0.0005)"),
        Arguments.of(plain.withDropout(0.00005), "LSTM(10, 20, dropout=5e-05)"),
        Arguments.of(plain.withDropout(1.25e-7), "LSTM(10, 20, dropout=1.25e-07)"));
  }

  @ParameterizedTest
  @MethodSource("printed")
  void readsLikePyTorch(LstmConfig config, String expected) {
    assertEquals(expected, config.toString());
  }

  @Test
  void parametersHavePyTorchsNamesAndOrder() {
    LstmConfig config =
        LstmConfig.of(3, 4).withNumLayers(2).withBidirectional(true).withProjSize(2);
    assertEquals(
        List.of(
            "weight_ih_l0 [16, 3]",
            "weight_hh_l0 [16, 2]",
            "bias_ih_l0 [16]",
            "bias_hh_l0 [16]",
            "weight_hr_l0 [2, 4]",
            "weight_ih_l0_reverse [16, 3]",
            "weight_hh_l0_reverse [16, 2]",
            "bias_ih_l0_reverse [16]",
            "bias_hh_l0_reverse [16]",
            "weight_hr_l0_reverse [2, 4]",
            "weight_ih_l1 [16, 4]",
            "weight_hh_l1 [16, 2]",
            "bias_ih_l1 [16]",
            "bias_hh_l1 [16]",
            "weight_hr_l1 [2, 4]",
            "weight_ih_l1_reverse [16, 4]",
            "weight_hh_l1_reverse [16, 2]",
            "bias_ih_l1_reverse [16]",
            "bias_hh_l1_reverse [16]",
            "weight_hr_l1_reverse [2, 4]"),
        listed(config));
    assertEquals(512, config.parameterCount());
    assertEquals(
        List.of(
            "weight_ih_l0 [16, 3]",
            "weight_hh_l0 [16, 4]",
            "weight_ih_l1 [16, 4]",
            "weight_hh_l1 [16, 4]"),
        listed(LstmConfig.of(3, 4).withNumLayers(2).withBias(false)));
  }

  private static List<String> listed(LstmConfig config) {
    return config.parameterShapes().entrySet().stream()
        .map(e -> e.getKey() + " " + java.util.Arrays.toString(e.getValue()))
        .collect(Collectors.toList());
  }

  /** More parameters than an int counts, and none of them allocated. */
  @Test
  void countsBeyondAnInt() {
    LstmConfig config = LstmConfig.of(8192, 8192).withNumLayers(16);
    assertEquals(16 * (2 * 4L * 8192 * 8192 + 2 * 4 * 8192), config.parameterCount());
  }

  @Test
  void shapesAreCopies() {
    LstmConfig config = LstmConfig.of(3, 4);
    Map<String, int[]> shapes = config.parameterShapes();
    shapes.get("weight_ih_l0")[0] = 1;
    shapes.clear();
    assertArrayEquals(new int[] {16, 3}, config.parameterShapes().get("weight_ih_l0"));
  }

  @Test
  void derivedSizes() {
    LstmConfig config = LstmConfig.of(3, 4).withNumLayers(2);
    assertEquals(1, config.numDirections());
    assertEquals(4, config.outputSize());
    assertEquals(3, config.layerInputSize(0));
    assertEquals(4, config.layerInputSize(1));
    LstmConfig all = config.withBidirectional(true).withProjSize(3);
    assertEquals(2, all.numDirections());
    assertEquals(3, all.outputSize());
    assertEquals(6, all.layerInputSize(1));
  }

  @Test
  void everyWithChangesOneThing() {
    LstmConfig config = new LstmConfig(3, 5, 2, true, false, 0.25, false, 0);
    assertEquals(new LstmConfig(3, 5, 3, true, false, 0.25, false, 0), config.withNumLayers(3));
    assertEquals(new LstmConfig(3, 5, 2, false, false, 0.25, false, 0), config.withBias(false));
    assertEquals(new LstmConfig(3, 5, 2, true, true, 0.25, false, 0), config.withBatchFirst(true));
    assertEquals(new LstmConfig(3, 5, 2, true, false, 1, false, 0), config.withDropout(1));
    assertEquals(
        new LstmConfig(3, 5, 2, true, false, 0.25, true, 0), config.withBidirectional(true));
    assertEquals(new LstmConfig(3, 5, 2, true, false, 0.25, false, 4), config.withProjSize(4));
    assertEquals(new LstmConfig(3, 5, 1, true, false, 0, false, 0), LstmConfig.of(3, 5));
  }
}
