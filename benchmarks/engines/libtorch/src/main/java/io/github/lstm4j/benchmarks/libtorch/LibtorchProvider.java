package io.github.lstm4j.benchmarks.libtorch;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** PyTorch's C++ library; in double precision, for training only, it is the truth. */
public final class LibtorchProvider implements EngineProvider {
  private static final String ENGINE = "libtorch";
  private static final String TRUTH = "libtorch-double";

  @Override
  public List<String> names() {
    return List.of(ENGINE, TRUTH);
  }

  @Override
  public Engine create(String name, Workload workload) {
    if (name.equals(TRUTH)) {
      throw new UnsupportedOperationException(name + " is for training only");
    }
    return new LibtorchEngine(workload);
  }

  @Override
  public Trainer trainer(String name, Workload workload) {
    ScalarType type = name.equals(TRUTH) ? ScalarType.Double : ScalarType.Float;
    return new LibtorchTrainer(workload, type);
  }
}
