package io.github.lstm4j.examples.longmemory;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.TrainableLstm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/** Where and when the study ran: the machine by what it is, never by its name. */
final class Machine {
  private Machine() {}

  static Map<String, String> facts() throws IOException {
    try (TrainableLstm lstm =
        TrainableLstm.create(LstmParameters.zeros(LstmConfig.of(AddingProblem.INPUT, 1)))) {
      return Map.of(
          "date",
          LocalDate.now(ZoneOffset.UTC).toString(),
          "cpu",
          cpu(),
          "processors",
          "" + Runtime.getRuntime().availableProcessors(),
          "os",
          System.getProperty("os.name") + " on " + System.getProperty("os.arch"),
          "java",
          System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
          "backend",
          lstm.report().toString());
    }
  }

  private static String cpu() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return "a CPU that the operating system does not name";
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("model name"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .orElse("a CPU that the operating system does not name");
  }
}
