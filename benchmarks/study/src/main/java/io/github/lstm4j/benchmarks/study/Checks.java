package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Check;
import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.TrainingTruth;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Compares engines' answers at small shapes with the expected ones, each engine in its own JVM. */
final class Checks {
  private final Selection selection;
  private final Fork fork;

  Checks(Selection selection, Fork fork) {
    this.selection = selection;
    this.fork = fork;
  }

  /** Prints one line per engine and shape; returns the labels of engines with a wrong answer. */
  List<String> run(Suite suite, List<Shape> shapes) throws IOException, InterruptedException {
    List<EngineSpec> engines = selection.engines(suite); // a wrong name shows before work is done
    if (suite == Suite.TRAINING) {
      computeTraining(shapes);
    }
    List<String> wrong = new ArrayList<>();
    for (EngineSpec engine : engines) {
      String kind = suite == Suite.TRAINING ? "training" : "forward";
      if (!succeeds(engine, Check.class, kind, engine.name(), texts(shapes))) {
        wrong.add(engine.label());
      }
    }
    return wrong;
  }

  /** Has libtorch compute the gradients and losses that training at these shapes is held to. */
  void computeTraining(List<Shape> shapes) throws IOException, InterruptedException {
    EngineSpec libtorch =
        EngineSpec.all(null).stream().filter(e -> e.name().equals("libtorch")).findFirst().get();
    if (!succeeds(libtorch, TrainingTruth.class, texts(shapes))) {
      throw new IllegalStateException("libtorch could not compute what training is held to");
    }
  }

  private static String texts(List<Shape> shapes) {
    return shapes.stream().map(Shape::toString).collect(Collectors.joining(","));
  }

  /** JavaCPP's first unpacking of libtorch can end the process; the second finds all in place. */
  private boolean succeeds(EngineSpec engine, Class<?> main, String... args)
      throws IOException, InterruptedException {
    return run(engine, main, args) == 0 || run(engine, main, args) == 0;
  }

  private int run(EngineSpec engine, Class<?> main, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(fork.java(engine, "")));
    command.addAll(engine.jvmArgs());
    command.addAll(fork.properties());
    command.addAll(List.of("-cp", fork.classPath(engine.module()), main.getName()));
    command.addAll(List.of(args));
    File folder = Files.createDirectories(selection.work()).toFile();
    return new ProcessBuilder(command).directory(folder).inheritIO().start().waitFor();
  }
}
