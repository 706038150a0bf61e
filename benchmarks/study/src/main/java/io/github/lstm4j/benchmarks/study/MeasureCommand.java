package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Settings;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.study.StudyResult.Measurement;
import io.github.lstm4j.benchmarks.study.StudyResult.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures every engine at every shape, in rounds, and writes results and report. */
@Command(name = "measure", description = "Measure engines at shapes and write a report.")
final class MeasureCommand implements Callable<Integer> {
  /** The share of its core above which a thread counts as undisturbed. */
  static final double ALONE = 0.95;

  /** Milliseconds between turns of engines with several threads: they may spin after a call. */
  private static final int PAUSE = 100;

  @Mixin private Selection selection;

  @Parameters(index = "0", description = "smoke, quick, full, smoke-train or train")
  private String planName;

  @Option(names = "--machine", description = "Name of the results folder.")
  private String machineName;

  @Option(names = "--commit", description = "What is measured, for the report.")
  private String commit = "unknown";

  @Option(names = "--command", description = "What was typed, for the report.")
  private String command = "";

  @Option(names = "--pinned", description = "The cores this runs on, for the report.")
  private String pinned = "none";

  @Option(names = "--rounds", description = "How many rounds, if not as many as planned.")
  private Integer rounds;

  @Option(names = "--no-parts", description = "Leave out OpenBLAS alone and the call costs.")
  private boolean noParts;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Plan plan = plan();
    Machine machine = Machine.read();
    Path file = file(plan, machine);
    List<Shape> shapes = selection.shapes(plan.suite().shapes());
    if (plan.suite() == Suite.TRAINING && shapes.stream().anyMatch(Shape::ragged)) {
      throw new IllegalArgumentException("--shapes: ragged ones are not measured in training");
    }
    Fork fork = new Fork(selection.benchmarks(), selection.work(), selection.threads());
    Checks checks = new Checks(selection, fork);
    List<String> wrong = checks.run(plan.suite(), plan.suite().checks());
    if (wrong.stream().anyMatch(EngineSpec::isOurs)) {
      System.err.println("Nothing is measured, because the answers are not right of " + wrong);
      return 1;
    }
    for (String engine : wrong) {
      System.err.println(engine + " is left out, because its answers are not right here.");
    }
    if (plan.suite() == Suite.TRAINING) {
      checks.computeTraining(shapes);
    }
    // What is interrupted leaves the results of before.
    Path unfinished = file.resolveSibling("unfinished-" + file.getFileName());
    StudyResult result =
        new StudyResult(
            machine,
            run(plan),
            new ArrayList<>(),
            new TreeMap<>(),
            new ArrayList<>(),
            new ArrayList<>());
    for (String engine : wrong) {
      result.failures().add(engine + ": its answers are not right here");
    }
    List<List<Task>> groups = groups(plan, shapes, wrong);
    Progress progress =
        new Progress(groups.stream().flatMap(List::stream).mapToInt(Task::rounds).sum());
    for (int round = 1; round <= plan.rounds(); round++) {
      measureLimits(result, round);
      for (List<Task> group : groups) {
        measureGroup(plan, fork, group, round, result, progress);
        result.write(unfinished);
      }
    }
    if (lacksMore(result, file)) {
      System.err.println(
          "Not all could be measured, so " + file + " stays as it was; this run: " + unfinished);
      return 1;
    }
    result.write(file);
    Files.delete(unfinished);
    new Report(result).write(file);
    return result.failures().isEmpty() ? 0 : 1;
  }

  private Plan plan() {
    Plan plan = Plan.named(planName);
    if (rounds == null) {
      return plan;
    }
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds: expected at least 1, got " + rounds);
    }
    return plan.withRounds(rounds);
  }

  /** A part of a plan has a name of its own, so that it does not replace what all of it gave. */
  private Path file(Plan plan, Machine machine) {
    String folder = machineName == null ? machine.slug() : machineName;
    if (!folder.matches("[A-Za-z0-9._-]+") || folder.matches("\\.\\.?")) {
      throw new IllegalArgumentException(
          "--machine: expected letters, digits, '.', '_' and '-', got '" + folder + "'");
    }
    String threads = selection.threads() > 1 ? "-" + selection.threads() + "threads" : "";
    boolean fewer = plan.rounds() < Plan.named(planName).rounds();
    String part = selection.isPart() || noParts || fewer ? "-some" : "";
    String name = plan.name() + "-jdk" + Runtime.version().feature() + threads + part + ".json";
    return selection.benchmarks().resolve("results").resolve(folder).resolve(name);
  }

  /** Whether more failed than in the results that are there; those should not be lost for it. */
  private static boolean lacksMore(StudyResult result, Path file) {
    return Files.exists(file)
        && result.failures().size() > StudyResult.read(file).failures().size();
  }

  private Run run(Plan plan) {
    return new Run(
        plan.name(),
        plan.rounds(),
        selection.threads(),
        pinned,
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        commit,
        command,
        LocalDate.now().toString());
  }

  /** Tasks that are compared with one another stand in one group, and alternate. */
  private List<List<Task>> groups(Plan plan, List<Shape> shapes, List<String> leftOut) {
    List<List<Task>> groups = new ArrayList<>();
    boolean parts = !noParts && plan.suite() == Suite.INFERENCE;
    for (Shape shape : shapes) {
      for (Benchmark benchmark : plan.suite().benchmarks()) {
        List<Task> group = new ArrayList<>();
        for (EngineSpec engine : selection.engines(plan.suite())) {
          if (leftOut.contains(engine.label())) {
            continue;
          }
          Map<String, String> params = Map.of("engine", engine.name(), "shape", shape.toString());
          group.add(new Task(engine, benchmark.method(), params, plan.rounds()));
        }
        if (parts) {
          group.addAll(PartTasks.ofPass(shape, plan));
        }
        groups.add(group);
      }
    }
    if (parts) {
      groups.add(PartTasks.calls(selection.otherJava(), plan));
    }
    return groups;
  }

  private void measureLimits(StudyResult result, int round) throws InterruptedException {
    Path program = selection.work().resolve("limits");
    if (!Files.isExecutable(program)) {
      return;
    }
    try {
      result.limits().add(Limits.measure(program));
    } catch (IOException e) { // the engines can be measured without
      result.failures().add("the machine's limits, round " + round);
      System.err.println("The machine's limits could not be measured: " + e.getMessage());
    }
  }

  private void measureGroup(
      Plan plan, Fork fork, List<Task> group, int round, StudyResult result, Progress progress)
      throws IOException, InterruptedException {
    List<Task> order = new ArrayList<>(group);
    Collections.rotate(order, round - 1); // nobody always runs first, or after the same one
    order.removeIf(task -> task.rounds() < round);
    int planned = order.size();
    order.removeIf(task -> round > 1 && isFarBehind(plan, task, result.measurements()));
    progress.skip(planned - order.size());
    progress.starting(round, order);
    try (Turns turns = new Turns(selection.threads() > 1 ? PAUSE : 0)) {
      for (Task task : order) {
        turns.add(fork.start(plan, task, turns));
      }
      turns.give(plan.turns());
      for (Running ended : turns.running()) {
        record(ended, round, result, progress);
      }
    }
  }

  private void record(Running ended, int round, StudyResult result, Progress progress)
      throws IOException, InterruptedException {
    Task task = ended.task();
    try {
      Measurement measured = ended.measurement(round);
      result.measurements().add(measured);
      progress.done(round, measured);
      describe(task.engine(), result);
    } catch (RunnerException e) {
      result.failures().add(task + ", round " + round);
      progress.failed(task, selection.work().resolve("logs"));
    }
  }

  private static boolean isFarBehind(Plan plan, Task task, List<Measurement> measured) {
    List<Measurement> first =
        measured.stream()
            .filter(m -> m.round() == 1 && m.shape().equals(task.shape()))
            .filter(m -> task.method().endsWith(m.benchmark()))
            .toList();
    // By the faster calls of each fork, because a neighbour can slow most of a fork down.
    double fastest = first.stream().mapToDouble(Measurement::p10Nanos).min().orElse(0);
    return !task.engine().label().equals(EngineSpec.HEADLINE)
        && first.stream()
            .filter(m -> m.engine().equals(task.engine().label()))
            .anyMatch(m -> m.p10Nanos() > plan.farBehind() * fastest);
  }

  private static void describe(EngineSpec engine, StudyResult result) throws IOException {
    Path note = Settings.description(engine.name());
    if (!result.engines().containsKey(engine.label()) && Files.exists(note)) {
      result.engines().put(engine.label(), Files.readString(note));
    }
  }
}
