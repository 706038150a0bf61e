package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.NetworkShape;
import io.github.lstm4j.cli.training.OutputFolder;
import io.github.lstm4j.cli.training.RunSettings;
import io.github.lstm4j.cli.training.Task;
import io.github.lstm4j.cli.training.TrainOptions;
import io.github.lstm4j.cli.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description = {
      "Trains a model of your own data: an LSTM with a linear head, and an embedding for tokens.",
      "",
      "Writes a folder: model.safetensors (the best epoch, for predict and PyTorch),"
          + " checkpoint.safetensors (to resume), log.csv, predictions.csv and plot.png."
    },
    subcommands = {TrainForecastCommand.class, TrainClassifyCommand.class, TrainTagCommand.class})
final class TrainCommand implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  /** Without a kind there is nothing to do but to say which there are. */
  @Override
  public Integer call() {
    spec.commandLine().usage(main.streams.err());
    return CommandLine.ExitCode.USAGE;
  }

  /** Trains what a subcommand asks for; returns the exit code. */
  int run(Task task, NetworkShape shape, TrainOptions options, BackendOptions backend, Path data)
      throws IOException {
    boolean fixedEpochs = options.schedule != TrainOptions.Decay.CONSTANT;
    RunSettings settings = RunSettings.of(options.command, data, fixedEpochs);
    OutputFolder folder =
        new OutputFolder(options.output != null ? options.output : named(data, task.kind()));
    return new TrainingRun(task, options, backend.toLstmOptions(), folder, settings, main.streams)
        .run(shape);
  }

  /** A folder in the working directory, named after the data. */
  private static Path named(Path data, String kind) {
    String name = data.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return Path.of((dot > 0 ? name.substring(0, dot) : name) + "-" + kind);
  }
}
