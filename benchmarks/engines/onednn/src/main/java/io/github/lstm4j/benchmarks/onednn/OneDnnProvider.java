package io.github.lstm4j.benchmarks.onednn;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;

/** Intel's oneDNN. */
public final class OneDnnProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("onednn");
  }

  @Override
  public Engine create(String name, Workload workload) throws Exception {
    return new OneDnnEngine(workload);
  }
}
