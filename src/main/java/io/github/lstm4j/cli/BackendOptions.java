package io.github.lstm4j.cli;

import io.github.lstm4j.Backend;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.Schedule;
import io.github.lstm4j.cli.common.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the arithmetic runs. */
class BackendOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--backend",
      defaultValue = "auto",
      paramLabel = "BACKEND",
      description =
          "Where to compute: auto (the best that loads), native (C and OpenBLAS), vector (the Vector"
              + " API) or java. Default: ${DEFAULT-VALUE}.")
  Backend backend;

  @Option(
      names = "--cpu-variant",
      paramLabel = "V",
      description =
          "Which variant of the native code: baseline, avx2, avx512 or neon; implies --backend"
              + " native. Default: the widest that this CPU supports.")
  String cpuVariant;

  @Option(
      names = "--threads",
      defaultValue = "1",
      paramLabel = "N",
      description = "How many threads may share the work. Default: ${DEFAULT-VALUE}.")
  int threads;

  LstmOptions toLstmOptions() {
    return toLstmOptions(Schedule.AUTO);
  }

  /** With a CPU variant or a schedule, auto means native: nobody else has a choice of them. */
  LstmOptions toLstmOptions(Schedule schedule) {
    boolean onlyNative = cpuVariant != null || schedule != Schedule.AUTO;
    boolean implied = onlyNative && backend == Backend.AUTO;
    try {
      return new LstmOptions(implied ? Backend.NATIVE : backend, cpuVariant, schedule, threads);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), Text.ofOptions(e));
    }
  }
}
