package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Check;
import io.github.lstm4j.benchmarks.Shape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Compares engines' answers at small shapes with the reference, each engine in its own JVM. */
final class Checks {
  private final Selection selection;
  private final Fork fork;

  Checks(Selection selection, Fork fork) {
    this.selection = selection;
    this.fork = fork;
  }

  /** Prints one line per engine and shape; returns the labels of engines with a wrong answer. */
  List<String> run(List<Shape> shapes) throws IOException, InterruptedException {
    String texts = shapes.stream().map(Shape::toString).collect(Collectors.joining(","));
    List<String> wrong = new ArrayList<>();
    for (EngineSpec engine : selection.engines()) {
      // JavaCPP's first unpacking of libtorch can end the process; the second finds all in place.
      if (!isRight(engine, texts) && !isRight(engine, texts)) {
        wrong.add(engine.label());
      }
    }
    return wrong;
  }

  private boolean isRight(EngineSpec engine, String shapes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(engine.java().toString()));
    command.addAll(engine.jvmArgs());
    command.addAll(fork.properties());
    command.addAll(List.of("-cp", fork.classPath(engine.module()), Check.class.getName()));
    command.addAll(List.of(engine.name(), shapes));
    File folder = Files.createDirectories(selection.work()).toFile();
    return new ProcessBuilder(command).directory(folder).inheritIO().start().waitFor() == 0;
  }
}
