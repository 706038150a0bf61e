package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.examples.longmemory.Curve.Run;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Measures gradients, trains on the adding problem, and measures again. */
final class Study {
  private static final long SEQUENCES = 1;

  private final Settings settings;
  private final PrintStream out;

  /**
   * Prepares a study.
   *
   * @param out told how far it is
   */
  Study(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs; the numbers are a function of the settings, but for the seconds. */
  Report run() throws InterruptedException, ExecutionException {
    long start = System.nanoTime();
    List<GradientNorms> before = before();
    out.printf("gradients before training: %d kinds of networks measured%n", before.size());
    List<Curve> curves = train();
    List<GradientNorms> after = after(curves);
    return new Report(settings, before, after, curves, (System.nanoTime() - start) / 1e9);
  }

  private List<GradientNorms> before() {
    List<Variant> variants = new ArrayList<>(List.of(Variant.rnn()));
    for (double gain : new double[] {0.9, 1.0, 1.1, 1.5}) {
      variants.add(Variant.rnn(gain));
    }
    variants.addAll(
        List.of(
            Variant.lstm(), Variant.lstm(1), Variant.lstm(3), Variant.chrono(settings.distance())));
    List<GradientNorms> all = new ArrayList<>();
    for (Variant variant : variants) {
      List<Model> models =
          IntStream.range(0, settings.models())
              .mapToObj(seed -> new Model(variant, settings.sizes(settings.distance()), seed))
              .toList();
      all.add(GradientNorms.measure(variant.name(), models, SEQUENCES));
    }
    return all;
  }

  /** Trains every network at every length and rate, as many at a time as there are processors. */
  private List<Curve> train() throws InterruptedException, ExecutionException {
    List<Run> runs = runs();
    double steps = runs.stream().mapToDouble(run -> (double) run.length()).sum();
    Progress progress = new Progress(out, steps * settings.updates());
    Training training = new Training(settings, progress);
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), Study::daemon);
    out.printf("%d training runs of at most %d updates%n", runs.size(), settings.updates());
    try {
      List<Future<Curve>> futures = new ArrayList<>();
      for (Run run : runs) {
        futures.add(threads.submit(() -> training.run(run)));
      }
      List<Curve> curves = new ArrayList<>();
      for (Future<Curve> future : futures) {
        curves.add(future.get());
      }
      return curves;
    } finally {
      threads.shutdownNow();
    }
  }

  /** A thread that does not outlive the failure of another. */
  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "training");
    thread.setDaemon(true);
    return thread;
  }

  /** The longest come first, so that no thread is left with one at the end. */
  private List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int length : settings.lengths()) {
      for (Variant variant :
          List.of(Variant.rnn(), Variant.rnn(1.0), Variant.lstm(1), Variant.chrono(length))) {
        for (double rate : settings.rates()) {
          for (int seed = 1; seed <= settings.seeds(); seed++) {
            runs.add(new Run(variant, length, rate, seed));
          }
        }
      }
    }
    runs.sort(Comparator.comparing(Run::length).reversed());
    return runs;
  }

  /** Measures the best of the trained models of each variant at the last length. */
  private List<GradientNorms> after(List<Curve> curves) {
    int length = settings.lengths().get(settings.lengths().size() - 1);
    List<Curve> ours = curves.stream().filter(c -> c.run().length() == length).toList();
    List<GradientNorms> all = new ArrayList<>();
    for (String name : ours.stream().map(c -> c.run().variant().name()).distinct().toList()) {
      Curve best =
          ours.stream()
              .filter(c -> c.run().variant().name().equals(name))
              .min(Comparator.comparingDouble(c -> c.last().error()))
              .orElseThrow();
      all.add(GradientNorms.measure(name, List.of(best.model()), Training.HELD_OUT));
    }
    return all;
  }
}
