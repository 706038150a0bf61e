package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.factory.Nd4j;

/** Eclipse Deeplearning4j. */
public final class Dl4jProvider implements EngineProvider {
  @Override
  public List<String> names() {
    return List.of("dl4j");
  }

  @Override
  public Engine create(String name, Workload workload) throws IOException {
    String build =
        Files.readString(Path.of("/proc/cpuinfo")).contains("avx512f") ? "avx512" : "avx2";
    System.setProperty("org.bytedeco.javacpp.platform.extension", "-" + build);
    Nd4j.getEnvironment().setMaxThreads(workload.threads());
    Nd4j.getEnvironment().setMaxMasterThreads(workload.threads());
    Nd4j.factory().blas().setMaxThreads(workload.threads());
    return new Dl4jEngine(workload, build);
  }
}
