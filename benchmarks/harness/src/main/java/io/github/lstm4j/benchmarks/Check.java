package io.github.lstm4j.benchmarks;

import java.io.IOException;

/** Runs an engine at small shapes and prints how far its answers are from the expected ones. */
public final class Check {
  private Check() {}

  /**
   * Checks an engine at every shape named.
   *
   * @param args {@code forward} or {@code training}, the engine, a comma-separated list of shapes
   */
  public static void main(String[] args) {
    boolean failed = false;
    for (String shape : args[2].split(",")) {
      failed |= !agrees(args[0].equals("training"), args[1], Shape.parse(shape));
    }
    System.exit(failed ? 1 : 0);
  }

  private static boolean agrees(boolean training, String name, Shape shape) {
    try {
      Workload workload = Workload.of(shape, Settings.threads());
      String found = training ? training(name, workload) : forward(name, workload);
      System.out.printf("%-22s %-38s %s%n", name, shape, found);
      return true;
    } catch (IOException | RuntimeException | LinkageError e) {
      System.out.printf("%-22s %-38s FAILED: %s%n", name, shape, e);
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        System.out.println("    caused by " + cause);
      }
      return false;
    }
  }

  private static String forward(String name, Workload workload) {
    try (Engine engine = EngineProvider.find(name, workload)) {
      engine.forward();
      System.gc(); // native memory that only a forgotten Java object held is freed from here on
      float[] expected = Reference.output(workload, Settings.references());
      engine.spoil();
      engine.forward(); // it shows here, as does a state that leaks from one call to the next
      double error = workload.check(name, expected, engine.output());
      return String.format("off by %.1e   %s", error, engine.description());
    }
  }

  private static String training(String name, Workload workload) throws IOException {
    TrainingAnswers answers = TrainingAnswers.read(workload, Settings.references());
    try (Trainer trainer = EngineProvider.findTrainer(name, workload)) {
      trainer.forwardBackward();
      System.gc(); // as above
      trainer.spoil();
      trainer.forwardBackward(); // gradients that pile up show here
      return String.format(
          "of the error allowed: gradients %.2f, losses %.2f   %s",
          answers.checkGradients(name, trainer),
          answers.checkLosses(name, trainer),
          trainer.description());
    }
  }
}
