package io.github.lstm4j.benchmarks;

/** Runs engines at small shapes and prints how far their answers are from the reference. */
public final class Check {
  private Check() {}

  /**
   * Checks every engine named against every shape named.
   *
   * @param args a comma-separated list of engines, one of shapes
   */
  public static void main(String[] args) {
    boolean failed = false;
    for (String engine : args[0].split(",")) {
      for (String shape : args[1].split(",")) {
        failed |= !agrees(engine, Shape.parse(shape));
      }
    }
    System.exit(failed ? 1 : 0);
  }

  private static boolean agrees(String name, Shape shape) {
    Workload workload = Workload.of(shape, Settings.threads());
    try (Engine engine = EngineProvider.find(name, workload)) {
      engine.forward();
      engine.forward(); // a state that leaks from one call to the next shows here
      float[] expected = Reference.output(workload, Settings.references());
      double error = workload.check(name, expected, engine.output());
      System.out.printf("%-22s %-38s off by %.1e   %s%n", name, shape, error, engine.description());
      return true;
    } catch (RuntimeException | LinkageError e) {
      System.out.printf("%-22s %-38s FAILED: %s%n", name, shape, e);
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        System.out.println("    caused by " + cause);
      }
      return false;
    }
  }
}
