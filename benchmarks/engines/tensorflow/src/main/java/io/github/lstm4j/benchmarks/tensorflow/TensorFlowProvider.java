package io.github.lstm4j.benchmarks.tensorflow;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;

/** Google's TensorFlow. */
public final class TensorFlowProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("tensorflow");
  }

  @Override
  public Engine create(String name, Workload workload) {
    return new TensorFlowEngine(workload);
  }
}
