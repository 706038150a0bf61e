package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.LocalFiles;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.CheckpointException;
import io.github.lstm4j.io.LoadOptions;
import io.github.lstm4j.io.LstmFiles;
import io.github.lstm4j.io.Safetensors;
import io.github.lstm4j.train.Embedding;
import io.github.lstm4j.train.Linear;
import io.github.lstm4j.train.TrainingCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network in a safetensors file: the tensors under PyTorch's names, and in the metadata,
 * under keys that begin with {@code lstm4j.}, what else a program must know to predict. Lists are
 * text, one entry a line.
 */
public final class ModelFile {
  private static final String PREFIX = "lstm4j.";

  private final Path file;
  private final Map<String, String> metadata;
  private final LstmParameters lstm;
  private final Tensor embedding; // null if the network reads numbers
  private final Tensor weight;
  private final Tensor bias;

  private ModelFile(Path file, Safetensors tensors) throws IOException {
    this.file = file;
    metadata = tensors.metadata();
    get("kind"); // what is wrong with most wrong files
    lstm = LstmFiles.load(tensors, LoadOptions.defaults().withPrefix("lstm"));
    boolean tokens = tensors.entries().stream().anyMatch(e -> e.name().equals("embedding.weight"));
    embedding = tokens ? tensors.tensor("embedding.weight") : null;
    weight = tensors.tensor("head.weight");
    bias = tensors.tensor("head.bias");
    require(
        embedding == null || embedding.rank() == 2 && embedding.dim(1) == lstm.config().inputSize(),
        "embedding.weight [tokens, " + lstm.config().inputSize() + "]",
        embedding);
    require(
        weight.rank() == 2 && weight.dim(0) > 0 && weight.dim(1) == shape().features(),
        "head.weight [answers, " + shape().features() + "]",
        weight);
    require(
        bias.rank() == 1 && bias.dim(0) == weight.dim(0),
        "head.bias [" + weight.dim(0) + "]",
        bias);
  }

  /** Reads a file. */
  public static ModelFile open(Path file) throws IOException {
    LocalFiles.requireNoFolder(file);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      if (checkpoint instanceof Safetensors tensors) {
        return new ModelFile(file, tensors);
      }
      throw new CheckpointException(
          file,
          "expected a model that lstm4j train wrote, safetensors, found "
              + checkpoint.format()
              + " (lstm4j run takes it)");
    }
  }

  /**
   * Writes a file, replacing it in one step.
   *
   * @param more of the metadata
   */
  static void save(Path file, Network network, Task task, Map<String, String> more)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(more);
    metadata.put(PREFIX + "kind", task.kind());
    task.metadata().forEach((key, value) -> metadata.put(PREFIX + key, value));
    TrainingCheckpoint.save(file, network.parameters(), null, metadata);
  }

  /** The network's layers and their sizes. */
  NetworkShape shape() {
    return new NetworkShape(
        embedding == null ? 0 : embedding.dim(0),
        lstm.config(),
        weight.dim(0),
        TagTask.KIND.equals(metadata.get(PREFIX + "kind")));
  }

  /** The network, ready to answer; it shares the tensors. */
  public Network network(LstmOptions options) {
    return new Network(
        shape(),
        embedding == null ? null : Embedding.of(embedding, Embedding.NO_PADDING),
        lstm,
        Linear.of(weight, bias),
        options);
  }

  /** One entry of the metadata. */
  String get(String key) throws IOException {
    String value = metadata.get(PREFIX + key);
    if (value == null) {
      throw new CheckpointException(
          file, "expected a model that lstm4j train wrote, found no metadata " + PREFIX + key);
    }
    return value;
  }

  List<String> list(String key) throws IOException {
    return List.of(get(key).split("\n", -1));
  }

  /** What the network reads a line of text as. */
  TokenKind tokens() throws IOException {
    String name = get("tokens");
    for (TokenKind kind : TokenKind.values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw new CheckpointException(
        file, PREFIX + "tokens: expected characters or words, found " + Text.quote(name));
  }

  /** The labels, one per answer of the head. */
  Vocabulary labels() throws IOException {
    Vocabulary labels = Vocabulary.ofText(get("labels"));
    require(
        labels.size() == shape().answers(),
        shape().answers() + " labels, one per answer of the head",
        labels.size());
    return labels;
  }

  double[] numbers(String key) throws IOException {
    try {
      return Scaling.ofText(get(key));
    } catch (NumberFormatException e) {
      throw new CheckpointException(file, PREFIX + key + ": expected numbers: " + e.getMessage());
    }
  }

  /** A number from 1 to a billion. */
  int positive(String key) throws IOException {
    String text = get(key);
    require(
        text.matches("[1-9]\\d{0,8}"),
        PREFIX + key + " to be from 1 to 999999999",
        Text.quote(text));
    return Integer.parseInt(text);
  }

  /** Refuses the file unless something is as it should be. */
  void require(boolean ok, String expected, Object found) throws IOException {
    if (!ok) {
      throw mismatch(expected, found);
    }
  }

  CheckpointException mismatch(String expected, Object found) {
    return new CheckpointException(file, "expected " + expected + ", found " + found);
  }
}
