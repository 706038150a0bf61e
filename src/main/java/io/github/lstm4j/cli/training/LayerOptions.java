package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.cli.common.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The LSTM's size. */
public final class LayerOptions {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command;

  @Option(
      names = "--hidden-size",
      defaultValue = "64",
      paramLabel = "H",
      description = "Features of the LSTM's hidden state. Default: ${DEFAULT-VALUE}.")
  int hiddenSize;

  @Option(
      names = "--num-layers",
      defaultValue = "1",
      paramLabel = "L",
      description = "LSTM layers on top of each other. Default: ${DEFAULT-VALUE}.")
  int layers;

  @Option(
      names = "--bidirectional",
      description = "With a second LSTM from the last element to the first.")
  boolean bidirectional;

  @Option(
      names = "--dropout",
      defaultValue = "0",
      paramLabel = "P",
      description =
          "Probability of dropping an element between two LSTM layers while training; needs"
              + " --num-layers 2 or more. Default: ${DEFAULT-VALUE}.")
  double dropout;

  public LstmConfig toConfig(int inputSize) {
    if (dropout > 0 && layers == 1) {
      throw new ParameterException(
          command.commandLine(),
          "--dropout: acts between two layers, expected --num-layers 2 or more, got 1");
    }
    try {
      return new LstmConfig(inputSize, hiddenSize, layers, true, false, dropout, bidirectional, 0);
    } catch (IllegalArgumentException e) {
      // The data or --embedding-size say how wide the input is.
      String message = Text.ofOptions(e).replace("--input-size", "the input's size");
      throw new ParameterException(command.commandLine(), message);
    }
  }
}
