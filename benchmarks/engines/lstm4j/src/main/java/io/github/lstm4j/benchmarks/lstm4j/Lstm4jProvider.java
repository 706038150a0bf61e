package io.github.lstm4j.benchmarks.lstm4j;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.Schedule;
import io.github.lstm4j.benchmarks.Engine;
import io.github.lstm4j.benchmarks.EngineProvider;
import io.github.lstm4j.benchmarks.Trainer;
import io.github.lstm4j.benchmarks.Workload;
import java.util.List;
import java.util.Map;

/** The library under test: every backend, and the native one under both schedules. */
public final class Lstm4jProvider implements EngineProvider {
  private static final Map<String, LstmOptions> OPTIONS =
      Map.of(
          "lstm4j-java", LstmOptions.of(Backend.JAVA),
          "lstm4j-vector", LstmOptions.of(Backend.VECTOR),
          "lstm4j-native-gemm", LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.GEMM),
          "lstm4j-native-packed", LstmOptions.of(Backend.NATIVE).withSchedule(Schedule.PACKED));

  @Override
  public List<String> names() {
    return List.copyOf(OPTIONS.keySet());
  }

  @Override
  public Engine create(String name, Workload workload) {
    return new Lstm4jEngine(workload, options(name, workload));
  }

  @Override
  public Trainer trainer(String name, Workload workload) {
    return new Lstm4jTrainer(workload, options(name, workload));
  }

  private static LstmOptions options(String name, Workload workload) {
    return OPTIONS.get(name).withThreads(workload.threads());
  }
}
