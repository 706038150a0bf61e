package io.github.lstm4j.cli;

import io.github.lstm4j.cli.training.TrainOptions;
import picocli.CommandLine.Option;

/** How tokens become numbers. */
final class TokenOptions {
  @Option(
      names = "--embedding-size",
      defaultValue = "32",
      paramLabel = "E",
      description = "Numbers that stand for a token. Default: ${DEFAULT-VALUE}.")
  int embeddingSize;

  @Option(
      names = "--min-count",
      defaultValue = "2",
      paramLabel = "N",
      description =
          "Tokens that the training part has less often are unknown; with 1, the unknown token"
              + " learns nothing. Default: ${DEFAULT-VALUE}.")
  int minCount;

  /** Refuses numbers outside their range. */
  void check(TrainOptions options) {
    options.require(
        embeddingSize >= 1, "--embedding-size: expected 1 or more, got " + embeddingSize);
    options.require(minCount >= 1, "--min-count: expected 1 or more, got " + minCount);
  }
}
