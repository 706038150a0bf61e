package io.github.lstm4j.benchmarks.study;

import java.awt.Color;
import java.util.Map;

/** One colour per engine in every chart: ours blue and green, peers warm. */
final class EngineColours {
  private static final Map<String, Integer> COLOURS =
      Map.of(
          EngineSpec.HEADLINE,
          0x0b4f9e,
          "lstm4j-native-gemm",
          0x5b9bd5,
          "lstm4j-vector",
          0x2e8b57,
          "lstm4j-java",
          0x9acd32,
          "onnxruntime",
          0xd1495b,
          "onednn",
          0xedae49,
          "libtorch",
          0xe9724c,
          "djl",
          0x9b5094,
          "dl4j",
          0x8d6a4f,
          "tensorflow",
          0xf28fad);

  private EngineColours() {}

  static Color of(String label) {
    String engine = label.replaceAll("-jdk\\d+$", "");
    Color colour = new Color(COLOURS.getOrDefault(engine, 0x777777));
    return engine.equals(label) ? colour : colour.darker();
  }
}
