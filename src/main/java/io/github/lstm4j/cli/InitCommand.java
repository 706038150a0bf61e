package io.github.lstm4j.cli;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.OutputFile;
import io.github.lstm4j.io.LstmFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "init",
    description =
        "Makes a fresh model with PyTorch's default initialisation: every parameter drawn from the"
            + " uniform distribution on [-1/sqrt(H), 1/sqrt(H)).")
final class InitCommand implements Callable<Integer> {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @Option(
      names = "--input-size",
      required = true,
      paramLabel = "I",
      description = "Features per time step.")
  int inputSize;

  @Option(
      names = "--hidden-size",
      required = true,
      paramLabel = "H",
      description = "Features of the hidden state.")
  int hiddenSize;

  @Option(
      names = "--num-layers",
      defaultValue = "1",
      paramLabel = "L",
      description = "Layers on top of each other. Default: ${DEFAULT-VALUE}.")
  int numLayers;

  @Option(names = "--no-bias", description = "Without the two bias vectors per layer.")
  boolean noBias;

  @Option(
      names = "--batch-first",
      description = "Note in the file that input and output are [B, T, ..].")
  boolean batchFirst;

  @Option(
      names = "--dropout",
      defaultValue = "0",
      paramLabel = "P",
      description =
          "Probability, for training elsewhere, noted in the file. Default: ${DEFAULT-VALUE}.")
  double dropout;

  @Option(
      names = "--bidirectional",
      description = "With a second LSTM from the last step to the first.")
  boolean bidirectional;

  @Option(
      names = "--proj-size",
      defaultValue = "0",
      paramLabel = "P",
      description = "Project the output to this size, less than H; 0 for none.")
  int projSize;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "S",
      description =
          "The same seed makes the same file, everywhere (not PyTorch's numbers for it). Default:"
              + " ${DEFAULT-VALUE}.")
  long seed;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "M",
      description = "The file to write; its name ends in .safetensors.")
  Path output;

  @Override
  public Integer call() throws IOException {
    LstmConfig config = config();
    if (FileFormat.ofName(output.toString()).orElse(null) != FileFormat.SAFETENSORS) {
      throw new ParameterException(
          spec.commandLine(), "--output: expected a name that ends in .safetensors, got " + output);
    }
    OutputFile.requireWritable(output);
    LstmParameters parameters = LstmParameters.initialize(config, seed);
    LstmFiles.save(output, parameters);
    main.streams.say("wrote", parameters + " to " + output);
    return 0;
  }

  private LstmConfig config() {
    try {
      return new LstmConfig(
          inputSize, hiddenSize, numLayers, !noBias, batchFirst, dropout, bidirectional, projSize);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), Text.ofOptions(e));
    }
  }
}
