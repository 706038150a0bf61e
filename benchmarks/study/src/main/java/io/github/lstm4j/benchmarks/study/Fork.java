package io.github.lstm4j.benchmarks.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.lstm4j.benchmarks.CpuShare;
import io.github.lstm4j.benchmarks.Settings;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Measures one benchmark in one JVM of its own. */
final class Fork {
  private final Path benchmarks;
  private final Path work;
  private final int threads;

  /**
   * Makes forks for a study.
   *
   * @param benchmarks the folder of the built modules
   * @param work where references, descriptions and logs go
   */
  Fork(Path benchmarks, Path work, int threads) {
    this.benchmarks = benchmarks;
    this.work = work;
    this.threads = threads;
    System.setProperty(Settings.FOLDER, work.toString()); // for Settings in this process
    // run.sh has a lock that keeps runs of one checkout apart; JMH's is one for the whole machine.
    System.setProperty("jmh.ignoreLock", "true");
  }

  /** Returns the class path that the build left for a module. */
  String classPath(String module) {
    Path target = benchmarks.resolve(module).resolve("target");
    try {
      return target.resolve("classes") + ":" + Files.readString(target.resolve("classpath.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException("module " + module + " is not built", e);
    }
  }

  /** Returns the executable that runs an engine; the shape may be empty. */
  String java(EngineSpec engine, String shape) {
    boolean ragged = !shape.isEmpty() && Shape.parse(shape).ragged();
    String launcher = engine.launcher(threads > 1 && ragged);
    Path java = launcher == null ? engine.java() : benchmarks.resolve(launcher);
    return java.toAbsolutePath().toString();
  }

  /** Returns the system properties that every measured JVM needs. */
  List<String> properties() {
    return List.of(
        "-D" + Settings.FOLDER + "=" + work.toAbsolutePath(),
        "-D" + Settings.THREADS + "=" + threads);
  }

  /**
   * Runs one fork.
   *
   * @param method the benchmark method
   * @param params its parameters, by name
   * @throws RunnerException if the fork failed or its answers were wrong; the log says how
   */
  Measurement run(
      Plan plan, EngineSpec engine, String method, Map<String, String> params, int round)
      throws RunnerException {
    String shape = params.getOrDefault("shape", "");
    List<String> jvmArgs = new ArrayList<>(engine.jvmArgs());
    jvmArgs.addAll(properties());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(method) + "$")
            .forks(1)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(plan.warmupMillis(engine)))
            .measurementIterations(plan.iterations())
            .measurementTime(TimeValue.milliseconds(plan.iterationMillis()))
            .jvm(java(engine, shape))
            .jvmArgs(jvmArgs.toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.NORMAL)
            .output(log(engine.label(), name(method), shape).toString());
    params.forEach(options::param);
    // Warnings of the forks go to the log, not between the lines of progress.
    PrintStream console = System.err;
    // JMH starts a fork on the class path of its host; this host takes the engine's for that long.
    String own = System.getProperty("java.class.path");
    System.setProperty("java.class.path", classPath(engine.module()));
    try (PrintStream warnings = new PrintStream(log("stderr").toFile(), UTF_8)) {
      System.setErr(warnings);
      return measurement(new Runner(options.build()).runSingle(), method, engine, shape, round);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.setErr(console);
      System.setProperty("java.class.path", own);
    }
  }

  private static Measurement measurement(
      RunResult result, String method, EngineSpec engine, String shape, int round) {
    Statistics times = result.getPrimaryResult().getStatistics();
    var allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
    return new Measurement(
        name(method),
        engine.label(),
        shape,
        round,
        times.getPercentile(50),
        times.getPercentile(10),
        times.getPercentile(90),
        times.getN(),
        allocated == null ? Double.NaN : allocated.getScore(),
        CpuShare.take());
  }

  /** Returns the class and the method without the package. */
  static String name(String method) {
    return method.replaceFirst(".*\\.(?=.*\\.)", "");
  }

  private Path log(String... parts) {
    try {
      Path folder = Files.createDirectories(work.resolve("logs"));
      return folder.resolve(String.join("-", parts) + ".log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
