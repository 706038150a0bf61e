package io.github.lstm4j.benchmarks.djl;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;

/** Amazon's Deep Java Library on PyTorch. */
public final class DjlProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("djl");
  }

  @Override
  public Engine create(String name, Workload workload) {
    // DJL reads these when it loads its engine.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(workload.threads()));
    return new DjlEngine(workload);
  }
}
