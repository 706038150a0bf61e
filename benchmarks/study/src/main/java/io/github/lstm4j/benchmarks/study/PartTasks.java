package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import io.github.lstm4j.benchmarks.parts.CallForeign;
import io.github.lstm4j.benchmarks.parts.CallJavacpp;
import io.github.lstm4j.benchmarks.parts.FusedCell;
import io.github.lstm4j.benchmarks.parts.Gemm;
import io.github.lstm4j.benchmarks.parts.StreamStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tasks that measure parts of a forward pass. */
final class PartTasks {
  static final String OPENBLAS = "openblas";
  static final String CELL = "cell";
  static final String STREAM = "stream";
  static final String GEMM_INPUT = "Gemm.input";
  static final String GEMM_RECURRENT = "Gemm.recurrent";
  static final String FUSED_CELL = "FusedCell.steps";
  static final String STREAM_STEP = "StreamStep.step";

  private static final int FOREIGN_FUNCTIONS_FROM = 22;

  private PartTasks() {}

  /**
   * OpenBLAS alone and the fused cell alone, and where there is one step, that of a stream; for
   * shapes of one layer and direction whose steps have the same rows.
   */
  static List<Task> ofPass(Shape shape, Plan plan) {
    if (shape.layers() > 1 || shape.bidirectional() || shape.ragged()) {
      return List.of();
    }
    Path home = Path.of(System.getProperty("java.home"));
    EngineSpec openblas = part(OPENBLAS, home);
    EngineSpec cell = part(CELL, home);
    Map<String, String> params = Map.of("shape", shape.toString());
    List<Task> tasks = new ArrayList<>();
    tasks.add(new Task(openblas, Gemm.class.getName() + ".input", params, plan.partRounds()));
    tasks.add(new Task(openblas, Gemm.class.getName() + ".recurrent", params, plan.partRounds()));
    tasks.add(new Task(cell, FusedCell.class.getName() + ".steps", params, plan.partRounds()));
    if (shape.steps() == 1) {
      EngineSpec stream = part(STREAM, home);
      tasks.add(new Task(stream, StreamStep.class.getName() + ".step", params, plan.partRounds()));
    }
    return tasks;
  }

  /** One native call, through JavaCPP and, where a JDK has it, the Foreign Function API. */
  static List<Task> calls(Path otherJava, Plan plan) {
    List<Task> tasks = new ArrayList<>();
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    if (otherJava != null) {
      homes.add(otherJava);
    }
    for (Path home : homes) {
      int feature = JavaHome.feature(home);
      EngineSpec part = part("call-jdk" + feature, home);
      tasks.add(new Task(part, CallJavacpp.class.getName() + ".call", Map.of(), plan.partRounds()));
      if (feature >= FOREIGN_FUNCTIONS_FROM) {
        String foreign = CallForeign.class.getName();
        tasks.add(new Task(part, foreign + ".call", Map.of(), plan.partRounds()));
        tasks.add(new Task(part, foreign + ".critical", Map.of(), plan.partRounds()));
      }
    }
    return tasks;
  }

  private static EngineSpec part(String label, Path home) {
    List<String> args =
        JavaHome.feature(home) >= FOREIGN_FUNCTIONS_FROM
            ? List.of("--enable-native-access=ALL-UNNAMED")
            : List.of();
    return new EngineSpec(label, label, "parts", JavaHome.executable(home), args);
  }
}
