package io.github.lstm4j.benchmarks.libtorch;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;

/** PyTorch's C++ library. */
public final class LibtorchProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("libtorch");
  }

  @Override
  public Engine create(String name, Workload workload) throws Exception {
    return new LibtorchEngine(workload);
  }
}
