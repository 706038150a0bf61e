package io.github.lstm4j.benchmarks;

import java.util.List;
import java.util.ServiceLoader;

/** Makes engines; found by {@link ServiceLoader} on the class path of the measured JVM. */
public interface EngineProvider {
  /** Returns the names it knows. */
  List<String> names();

  /** Makes an engine ready to run. */
  Engine create(String name, Workload workload) throws Exception;

  /** Makes a trainer ready to run; some of the names have none. */
  default Trainer trainer(String name, Workload workload) throws Exception {
    throw new UnsupportedOperationException(name + " is not measured in training");
  }

  /** Makes the engine of that name from whichever provider has it. */
  static Engine find(String name, Workload workload) {
    try {
      return of(name).create(name, workload);
    } catch (Exception e) {
      throw new IllegalStateException(name + ": cannot be made", e);
    }
  }

  /** Makes the trainer of that name from whichever provider has it. */
  static Trainer findTrainer(String name, Workload workload) {
    if (workload.shape().ragged()) {
      throw new IllegalArgumentException("shape: ragged ones are not measured in training");
    }
    try {
      return of(name).trainer(name, workload);
    } catch (Exception e) {
      throw new IllegalStateException(name + ": cannot be made", e);
    }
  }

  private static EngineProvider of(String name) {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.names().contains(name)) {
        return provider;
      }
    }
    throw new IllegalArgumentException("engine: nothing on the class path is called " + name);
  }
}
