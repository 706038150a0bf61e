package io.github.lstm4j.cli;

import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.Schedule;
import picocli.CommandLine.Option;

/** Where and how the arithmetic of a forward pass runs. */
final class ForwardOptions extends BackendOptions {
  @Option(
      names = "--schedule",
      defaultValue = "auto",
      paramLabel = "SCHEDULE",
      description =
          "How the native code walks through a layer: auto, gemm or packed; other than auto implies"
              + " --backend native. Default: ${DEFAULT-VALUE}.")
  Schedule schedule;

  @Override
  LstmOptions toLstmOptions() {
    return toLstmOptions(schedule);
  }
}
