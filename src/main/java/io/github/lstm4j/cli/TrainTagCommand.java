package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.NetworkShape;
import io.github.lstm4j.cli.training.Split;
import io.github.lstm4j.cli.training.TagTask;
import io.github.lstm4j.cli.training.TaggedSequences;
import io.github.lstm4j.cli.training.TrainOptions;
import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "tag",
    description = {
      "Learns to predict a label for every token of a sequence: word segmentation, names, parts of"
          + " speech.",
      "",
      "A share of the sequences, drawn at random, is for validation. Tokens are known from the"
          + " other part. Labels that spell spans (B, M or I, E, S, O, alone or as in B-PER) are"
          + " also judged by F1 over spans. A label mostly depends on both sides: --bidirectional."
    })
final class TrainTagCommand implements Callable<Integer> {
  @ParentCommand TrainCommand train;
  @Mixin TrainOptions options;
  @Mixin TokenOptions tokens;
  @Mixin BackendOptions backend;

  @Parameters(
      paramLabel = "DATA",
      description =
          "Lines of token TAB label, in UTF-8, with an empty line between two sequences. If all"
              + " tokens are single characters, predict reads characters, else words.")
  Path data;

  @Override
  public Integer call() throws IOException {
    options.check();
    tokens.check(options);
    LocalFiles.requireRegular(data); // it is read twice
    TaggedSequences sequences = TaggedSequences.read(data);
    Split split =
        Split.random(data.toString(), sequences.tokens().size(), options.validation, options.seed);
    TagTask task = new TagTask(sequences, split, tokens.minCount);
    NetworkShape shape = task.shape(options.layers.toConfig(tokens.embeddingSize));
    return train.run(task, shape, options, backend, data);
  }
}
