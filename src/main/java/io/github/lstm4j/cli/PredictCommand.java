package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.ModelFile;
import io.github.lstm4j.cli.training.Network;
import io.github.lstm4j.cli.training.Predictor;
import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "predict",
    description = {
      "Predicts with a model that train wrote; answers go to standard output.",
      "",
      "forecast: CSV with the columns that the model was trained on; answers step,target,predicted"
          + " for the rows behind the last one.",
      "classify: lines of text; answers label TAB probability, a line each.",
      "tag: lines of text; answers the words separated by blanks if tokens are characters and"
          + " labels B, M, E and S, else token/label, a line each."
    })
final class PredictCommand implements Callable<Integer> {
  @ParentCommand Main main;
  @Mixin BackendOptions backend;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "The model.safetensors of a training.")
  Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = "-",
      paramLabel = "INPUT",
      description = "A file, or - for standard input. Default: ${DEFAULT-VALUE}.")
  String input;

  @Override
  public Integer call() throws IOException {
    ModelFile model = ModelFile.open(file);
    try (Network network = model.network(backend.toLstmOptions())) {
      network.eval();
      Predictor predictor = Predictor.of(model, network);
      if (input.equals(TensorReader.STANDARD)) {
        predictor.predict(main.streams.in(), TensorReader.title(input), main.streams.out());
      } else {
        Path path = Path.of(input);
        LocalFiles.requireNoFolder(path);
        try (InputStream in = Files.newInputStream(path)) {
          predictor.predict(in, input, main.streams.out());
        }
      }
    }
    return 0;
  }
}
