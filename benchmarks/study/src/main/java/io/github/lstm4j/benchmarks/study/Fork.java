package io.github.lstm4j.benchmarks.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.lstm4j.benchmarks.Settings;
import io.github.lstm4j.benchmarks.Shape;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Starts JVMs that measure one benchmark each. */
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

  /** Starts one fork; returns when it waits for its first turn, or has ended without. */
  Running start(Plan plan, Task task, Turns turns) throws IOException {
    EngineSpec engine = task.engine();
    List<String> jvmArgs = new ArrayList<>(engine.jvmArgs());
    jvmArgs.addAll(properties());
    jvmArgs.add("-D" + Settings.TURNS + "=" + turns.port());
    String method = task.method();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(method) + "$")
            .forks(1)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(plan.warmupMillis(engine)))
            .measurementIterations(plan.turns())
            .measurementTime(TimeValue.milliseconds(Plan.TURN_MILLIS))
            .jvm(java(engine, task.shape()))
            .jvmArgs(jvmArgs.toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.NORMAL)
            .output(log(engine.label(), name(method), task.shape()).toString());
    task.params().forEach(options::param);
    PrintStream warnings =
        new PrintStream(log(engine.label(), name(method), task.shape(), "stderr").toFile(), UTF_8);
    FutureTask<RunResult> fork =
        new FutureTask<>(
            () -> {
              try (warnings) {
                return new Runner(options.build()).runSingle();
              }
            });
    Thread thread = new Thread(fork, "fork of " + engine.label());
    thread.setDaemon(true);
    // JMH starts a fork on the class path of its host and hands its warnings to the host's, which
    // would stand between the lines of progress. Both are the fork's own until it has started.
    PrintStream console = System.err;
    String own = System.getProperty("java.class.path");
    System.setProperty("java.class.path", classPath(engine.module()));
    System.setErr(warnings);
    try {
      thread.start();
      return new Running(task, thread, fork, turns.arrival(thread));
    } finally {
      System.setErr(console);
      System.setProperty("java.class.path", own);
    }
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
