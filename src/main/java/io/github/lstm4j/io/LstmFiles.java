package io.github.lstm4j.io;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads and saves the parameters of an LSTM. Thread-safe: the methods share nothing.
 *
 * <p>The file may be safetensors or PyTorch's, and may hold more than the LSTM: any nesting ({@code
 * state_dict}, {@code model} ...) and any prefix ({@code encoder.lstm.}). The configuration is
 * inferred from names and shapes. An {@code LSTMCell} is read as an LSTM of one layer.
 */
public final class LstmFiles {
  private static final String BATCH_FIRST = "lstm4j.batch_first";
  private static final String DROPOUT = "lstm4j.dropout";

  private LstmFiles() {}

  /**
   * Loads the only LSTM of a file.
   *
   * @param file safetensors, or written by {@code torch.save}
   * @return new tensors and their configuration
   * @throws CheckpointException as {@link #load(Path, LoadOptions)}
   * @throws IOException if the file cannot be read
   */
  public static LstmParameters load(Path file) throws IOException {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads one LSTM of a file.
   *
   * @param file safetensors, or written by {@code torch.save}
   * @param options which LSTM, and what the file does not say
   * @return new tensors and their configuration
   * @throws CheckpointException if the content is malformed, of a kind that is not read, holds no
   *     LSTM or more than one that fits the options, or if a parameter is missing, unexpected, of
   *     another shape, or not of floating-point numbers
   * @throws IllegalArgumentException if the options' dropout is outside [0, 1]
   * @throws IOException if the file cannot be read
   */
  public static LstmParameters load(Path file, LoadOptions options) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      return load(checkpoint, options);
    } catch (CheckpointException e) {
      throw e.in(file);
    }
  }

  /**
   * Loads one LSTM of an open file, beside what else is read from it: all comes from the same
   * content, even if the file is replaced meanwhile.
   *
   * @param checkpoint an open file; stays open
   * @param options which LSTM, and what the file does not say
   * @return new tensors and their configuration
   * @throws CheckpointException as {@link #load(Path, LoadOptions)}
   * @throws IllegalArgumentException if the options' dropout is outside [0, 1]
   * @throws IllegalStateException if the checkpoint is closed
   * @throws IOException if the file cannot be read
   */
  public static LstmParameters load(Checkpoint checkpoint, LoadOptions options) throws IOException {
    LstmFinder finder = LstmFinder.of(checkpoint);
    LstmConfig config = config(checkpoint, options);
    LstmGroup group = choose(checkpoint, options);
    long bytes = config.parameterCount() * Float.BYTES;
    if (bytes > Limits.decodedBytes(finder.fileSize())) {
      throw new CheckpointException(
          finder.file(),
          "expected a file that holds its parameters, found "
              + finder.fileSize()
              + " bytes for "
              + config.parameterCount()
              + " parameters");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : config.parameterShapes().keySet()) {
      tensors.put(name, checkpoint.tensor(group.nameInFile(name)));
    }
    return LstmParameters.of(config, tensors);
  }

  /**
   * Infers the configuration that {@link #load(Path, LoadOptions)} would find, without reading the
   * elements of any tensor.
   *
   * @param checkpoint an open file
   * @param options which LSTM, and what the file does not say
   * @return the configuration
   * @throws CheckpointException if the file holds no LSTM or more than one that fits the options,
   *     or if a parameter is missing, unexpected, of another shape, or not of floating-point
   *     numbers
   * @throws IllegalArgumentException if the options' dropout is outside [0, 1]
   */
  public static LstmConfig config(Checkpoint checkpoint, LoadOptions options)
      throws CheckpointException {
    options.dropout().ifPresent(dropout -> LstmConfig.of(1, 1).withDropout(dropout));
    try {
      return configure(choose(checkpoint, options).config(), checkpoint, options);
    } catch (CheckpointException e) {
      throw e.in(LstmFinder.of(checkpoint).file());
    }
  }

  private static LstmGroup choose(Checkpoint checkpoint, LoadOptions options)
      throws CheckpointException {
    return LstmFinder.of(checkpoint).choose(options.prefix(), checkpoint.metadata());
  }

  /**
   * Returns the prefixes of the LSTMs in a file, any of which {@link LoadOptions#withPrefix} takes.
   * A module of another kind (GRU, RNN, or an LSTM with parameters missing) is not among them.
   *
   * @param checkpoint an open file
   * @return prefixes in file order, each empty or ending in a dot
   */
  public static List<String> prefixes(Checkpoint checkpoint) {
    return LstmFinder.of(checkpoint).groups().values().stream()
        .filter(group -> group.gates() == 4)
        .map(LstmGroup::prefix)
        .toList();
  }

  /**
   * Saves parameters as safetensors, under PyTorch's names, with {@code batchFirst} and {@code
   * dropout} in the metadata. The file is replaced in one step.
   *
   * @param file written
   * @param parameters read, not kept
   * @throws IllegalArgumentException if there are more than 100,000 parameters (tensors), which no
   *     file may hold; nothing is written then
   * @throws IOException if the file cannot be written; the old content then remains
   */
  public static void save(Path file, LstmParameters parameters) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt"); // some readers of safetensors insist on it
    metadata.put(BATCH_FIRST, Boolean.toString(parameters.config().batchFirst()));
    metadata.put(DROPOUT, Double.toString(parameters.config().dropout()));
    Safetensors.write(file, parameters.tensors(), metadata);
  }

  private static LstmConfig configure(LstmConfig config, Checkpoint file, LoadOptions options)
      throws CheckpointException {
    Map<String, String> metadata = file instanceof Safetensors ? file.metadata() : Map.of();
    String batchFirst = metadata.getOrDefault(BATCH_FIRST, "false");
    String dropout = metadata.getOrDefault(DROPOUT, "0");
    try {
      if (!batchFirst.equals("true") && !batchFirst.equals("false")) {
        throw new IllegalArgumentException(CheckpointException.quote(batchFirst));
      }
      return config
          .withBatchFirst(options.batchFirst().orElse(Boolean.valueOf(batchFirst)))
          .withDropout(options.dropout().orElse(Double.valueOf(dropout)));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "expected metadata "
              + BATCH_FIRST
              + " true or false and "
              + DROPOUT
              + " in [0, 1], found "
              + e.getMessage(),
          e);
    }
  }
}
