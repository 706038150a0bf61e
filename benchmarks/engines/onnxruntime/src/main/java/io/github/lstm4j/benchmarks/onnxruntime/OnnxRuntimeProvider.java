package io.github.lstm4j.benchmarks.onnxruntime;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;

/** Microsoft's ONNX Runtime, CPU execution provider. */
public final class OnnxRuntimeProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("onnxruntime");
  }

  @Override
  public Engine create(String name, Workload workload) throws Exception {
    return new OnnxRuntimeEngine(workload);
  }
}
