package io.github.lstm4j.benchmarks.dl4j;

import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Trainer;
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
    return new Dl4jEngine(workload, chooseBuild(workload.threads()));
  }

  @Override
  public Trainer trainer(String name, Workload workload) throws IOException {
    return new Dl4jTrainer(workload, chooseBuild(workload.threads()));
  }

  /** Must come before anything else of ND4J. */
  private static String chooseBuild(int threads) throws IOException {
    String build =
        Files.readString(Path.of("/proc/cpuinfo")).contains("avx512f") ? "avx512" : "avx2";
    System.setProperty("org.bytedeco.javacpp.platform.extension", "-" + build);
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    Nd4j.factory().blas().setMaxThreads(threads);
    return build;
  }
}
