package io.github.lstm4j.cli;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.LocalFiles;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.CheckpointException;
import io.github.lstm4j.io.LoadOptions;
import io.github.lstm4j.io.LstmFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "info",
    description =
        "Lists what is in a file: tensors with type and shape, metadata, and the LSTMs with their"
            + " inferred configuration.")
final class InfoCommand implements Callable<Integer> {
  @ParentCommand Main main;

  @Parameters(paramLabel = "FILE", description = "safetensors, .pt, .pth, npy or CSV.")
  Path file;

  @Override
  public Integer call() throws IOException {
    LocalFiles.requireNoFolder(file);
    Optional<FileFormat> format = FileFormat.ofName(file.toString());
    if (format.isPresent() && format.get() != FileFormat.SAFETENSORS) {
      Tensor tensor = new TensorReader(main.streams).read(file.toString(), format.get());
      file();
      main.streams.answer("format", format.get() == FileFormat.NPY ? "npy" : "CSV");
      main.streams.answer("tensor", Text.shape(tensor.shape()) + " as float32");
      return 0;
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      file();
      list(checkpoint);
      lstms(checkpoint);
    }
    return 0;
  }

  private void file() throws IOException {
    main.streams.answer("file", file + ", " + Text.count(Files.size(file), "byte"));
  }

  private void list(Checkpoint checkpoint) {
    main.streams.answer("format", checkpoint.format());
    List<Checkpoint.Entry> entries = checkpoint.entries();
    main.streams.answer("tensors", Text.count(entries.size(), "tensor"));
    int width = entries.stream().mapToInt(e -> e.name().length()).max().orElse(0);
    for (Checkpoint.Entry entry : entries) {
      String name = String.format("%-" + Math.max(1, Math.min(60, width)) + "s", entry.name());
      main.streams.answer(
          "", name + "  " + String.format("%-4s", entry.dtype()) + "  " + entry.shape());
    }
    checkpoint
        .metadata()
        .forEach((key, value) -> main.streams.answer("metadata", key + " = " + value));
  }

  private void lstms(Checkpoint checkpoint) {
    List<String> prefixes = LstmFiles.prefixes(checkpoint);
    for (String prefix : prefixes) {
      String where = prefix.isEmpty() ? "" : prefix + "*: ";
      main.streams.answer(
          "LSTM", where + describe(checkpoint, LoadOptions.defaults().withPrefix(prefix)));
    }
    if (prefixes.isEmpty()) {
      main.streams.answer("LSTM", "none: " + describe(checkpoint, LoadOptions.defaults()));
    }
  }

  /** The configuration, or why there is none. */
  private static String describe(Checkpoint checkpoint, LoadOptions options) {
    try {
      LstmConfig config = LstmFiles.config(checkpoint, options);
      return config + ", " + Text.count(config.parameterCount(), "parameter");
    } catch (CheckpointException e) {
      return e.getMessage();
    }
  }
}
