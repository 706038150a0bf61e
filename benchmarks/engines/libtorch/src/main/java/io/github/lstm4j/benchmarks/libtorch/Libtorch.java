package io.github.lstm4j.benchmarks.libtorch;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What inference and training share. */
final class Libtorch {
  private Libtorch() {}

  /** Returns a tensor with memory of its own. */
  static Tensor floats(float[] values, int... dims) {
    long[] sizes = Arrays.stream(dims).asLongStream().toArray();
    try (FloatPointer data = new FloatPointer(values)) {
      return torch.from_blob(data, sizes).clone();
    }
  }

  static float[] copy(Tensor floats) {
    float[] copy = new float[(int) floats.numel()];
    floats.contiguous().data_ptr_float().get(copy);
    return copy;
  }

  static String description() {
    String presets = torch.class.getPackage().getImplementationVersion();
    return "libtorch (org.bytedeco:pytorch " + presets + "), " + cpuCapability();
  }

  /** The line of PyTorch's own report that says which instructions it uses. */
  private static String cpuCapability() {
    return torch
        .show_config()
        .getString()
        .lines()
        .filter(line -> line.contains("CPU capability"))
        .findFirst()
        .map(line -> line.replace("-", "").trim())
        .orElse("CPU capability not told");
  }
}
