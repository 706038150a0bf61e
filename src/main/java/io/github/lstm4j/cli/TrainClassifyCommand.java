package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.ClassifyTask;
import io.github.lstm4j.cli.training.LabelledTexts;
import io.github.lstm4j.cli.training.NetworkShape;
import io.github.lstm4j.cli.training.Split;
import io.github.lstm4j.cli.training.TokenKind;
import io.github.lstm4j.cli.training.TrainOptions;
import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "classify",
    description = {
      "Learns to predict the label of a text.",
      "",
      "A share of the texts, drawn at random, is for validation. Tokens are known from the other"
          + " part. The head reads the LSTM's state at the end of the text, of both directions."
    })
final class TrainClassifyCommand implements Callable<Integer> {
  @ParentCommand TrainCommand train;
  @Mixin TrainOptions options;
  @Mixin TokenOptions tokens;
  @Mixin BackendOptions backend;

  @Parameters(
      paramLabel = "DATA",
      description = "Lines of label TAB text, in UTF-8. Empty lines do not count.")
  Path data;

  @Option(
      names = "--tokens",
      defaultValue = "characters",
      paramLabel = "KIND",
      description = "What a text is a sequence of: characters or words. Default: ${DEFAULT-VALUE}.")
  TokenKind kind;

  @Override
  public Integer call() throws IOException {
    options.check();
    tokens.check(options);
    LocalFiles.requireRegular(data); // it is read twice
    LabelledTexts texts = LabelledTexts.read(data, kind);
    Split split =
        Split.random(data.toString(), texts.labels().size(), options.validation, options.seed);
    ClassifyTask task = new ClassifyTask(texts, kind, split, tokens.minCount);
    NetworkShape shape = task.shape(options.layers.toConfig(tokens.embeddingSize));
    return train.run(task, shape, options, backend, data);
  }
}
