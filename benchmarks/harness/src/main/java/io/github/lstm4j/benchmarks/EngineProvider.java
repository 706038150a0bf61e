package io.github.lstm4j.benchmarks;

import java.util.List;
import java.util.ServiceLoader;

/** Makes engines; found by {@link ServiceLoader} on the class path of the measured JVM. */
public interface EngineProvider {
  /** Returns the names it knows. */
  List<String> names();

  /** Makes an engine ready to run. */
  Engine create(String name, Workload workload) throws Exception;

  /** Makes the engine of that name from whichever provider has it. */
  static Engine find(String name, Workload workload) {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.names().contains(name)) {
        try {
          return provider.create(name, workload);
        } catch (Exception e) {
          throw new IllegalStateException(name + ": cannot be made", e);
        }
      }
    }
    throw new IllegalArgumentException("engine: nothing on the class path is called " + name);
  }
}
