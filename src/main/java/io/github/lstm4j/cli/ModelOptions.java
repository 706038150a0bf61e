package io.github.lstm4j.cli;

import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.LocalFiles;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.LoadOptions;
import io.github.lstm4j.io.LstmFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model. */
final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      required = true,
      paramLabel = "M",
      description = "The model: safetensors, or written by PyTorch's torch.save (.pt, .pth).")
  Path file;

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "Which LSTM, if the file holds several: what stands before weight_ih_l0.")
  Optional<String> prefix = Optional.empty();

  @Option(
      names = "--batch-first",
      negatable = true,
      description =
          "Input and output are [B, T, ..], or [T, B, ..] with --no-batch-first. Unless given, what"
              + " the model file says, else [T, B, ..].")
  Optional<Boolean> batchFirst = Optional.empty();

  /** Loads the parameters, and says what was found where. */
  LstmParameters load(Streams streams) throws IOException {
    LocalFiles.requireNoFolder(file);
    LoadOptions options = new LoadOptions(prefix, batchFirst, Optional.empty());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      LstmParameters parameters = LstmFiles.load(checkpoint, options);
      streams.say("model", describe(checkpoint, parameters));
      return parameters;
    }
  }

  private String describe(Checkpoint checkpoint, LstmParameters parameters) {
    String chosen = chosen(checkpoint);
    return parameters.config()
        + ", "
        + Text.count(parameters.config().parameterCount(), "parameter")
        + (chosen.isEmpty() ? "" : ", found as " + chosen + "*")
        + " in "
        + file
        + ", "
        + checkpoint.format();
  }

  private String chosen(Checkpoint checkpoint) {
    List<String> prefixes = LstmFiles.prefixes(checkpoint);
    if (prefix.isEmpty()) {
      return prefixes.size() == 1 ? prefixes.get(0) : "";
    }
    String asked =
        prefix.get().isEmpty() || prefix.get().endsWith(".") ? prefix.get() : prefix.get() + ".";
    return prefixes.contains(asked)
        ? asked
        : prefixes.stream().filter(p -> p.endsWith("." + asked)).findFirst().orElse(asked);
  }
}
