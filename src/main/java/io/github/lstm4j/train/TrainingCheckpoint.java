package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.CheckpointException;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Saves a training run and brings it back: an interrupted run that is resumed ends in the same bits
 * as one that never stopped. A model alone is the same without an optimiser.
 *
 * <p>The file is safetensors. Parameters stand under their own names, so a {@code load_state_dict}
 * of PyTorch and {@link io.github.lstm4j.io.LstmFiles} find them; the {@link Optimizer#state}
 * stands under its names with {@value #OPTIMIZER} in front, the steps and the learning rate are
 * metadata {@value #STEPS} and {@value #LEARNING_RATE}. Everything else that a run needs is a few
 * words or numbers, and goes into the metadata: {@link CounterRandom} has no state but a seed and
 * counters, such as the epoch, and a {@link LearningRate} follows from the steps. The optimiser's
 * other arguments (betas, momentum ..) are not in the file.
 *
 * <p>Thread-safe: the methods share nothing.
 */
public final class TrainingCheckpoint {
  /** What stands in front of the names of an optimiser's state. */
  public static final String OPTIMIZER = "optimizer.";

  /** The key of the metadata that holds {@link Optimizer#steps}. */
  public static final String STEPS = "lstm4j.steps";

  /** The key of the metadata that holds {@link Optimizer#learningRate}. */
  public static final String LEARNING_RATE = "lstm4j.learning_rate";

  private TrainingCheckpoint() {}

  /**
   * Writes a file, replacing it in one step: on any failure the old file, or its absence, remains.
   *
   * @param file written
   * @param parameters the values are read; the gradients are not saved
   * @param optimizer read; or null to save the parameters alone
   * @param metadata free text, key to value; read
   * @throws IllegalArgumentException if two parameters have one name, a name begins with {@value
   *     #OPTIMIZER}, the metadata holds {@value #STEPS} or {@value #LEARNING_RATE}, or the file
   *     would exceed a limit of {@link Safetensors#write}; nothing is written then
   * @throws IOException if the file cannot be written
   */
  public static void save(
      Path file, List<Parameter> parameters, Optimizer optimizer, Map<String, String> metadata)
      throws IOException {
    Checks.notNull("metadata", metadata);
    Map<String, Tensor> tensors = tensors(parameters, optimizer);
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("format", "pt"); // some readers of safetensors insist on it
    texts.putAll(metadata);
    for (String reserved : List.of(STEPS, LEARNING_RATE)) {
      if (texts.containsKey(reserved)) {
        throw new IllegalArgumentException("metadata: the key " + reserved + " is reserved");
      }
    }
    if (optimizer != null) {
      texts.put(STEPS, Long.toString(optimizer.steps()));
      texts.put(LEARNING_RATE, Double.toString(optimizer.learningRate()));
    }
    Safetensors.write(file, tensors, texts);
  }

  /**
   * Reads a file back.
   *
   * @param file written by {@link #save}, or a safetensors file of the same content
   * @param parameters the values are written
   * @param optimizer its state, steps and learning rate are written; or null to leave what the file
   *     says of one aside
   * @return all metadata of the file
   * @throws CheckpointException if the content is malformed, or a tensor is missing, unexpected, of
   *     another shape or not of floating-point numbers, or the steps or the learning rate are
   *     missing or out of range. Nothing is written then.
   * @throws IllegalArgumentException if two parameters have one name, or a name begins with {@value
   *     #OPTIMIZER}
   * @throws IllegalStateException if a tensor was closed; nothing is written then
   * @throws IOException if the file cannot be read; nothing is written then
   */
  public static Map<String, String> load(Path file, List<Parameter> parameters, Optimizer optimizer)
      throws IOException {
    Map<String, Tensor> tensors = tensors(parameters, optimizer);
    tensors.values().forEach(Tensor::data); // all open
    try (Safetensors checkpoint = Safetensors.open(file)) {
      check(file, checkpoint, tensors, optimizer == null);
      Map<String, String> metadata = Map.copyOf(checkpoint.metadata());
      long steps = optimizer == null ? 0 : steps(file, metadata);
      double rate = optimizer == null ? 0 : learningRate(file, metadata);
      // All of them are read before the first is written.
      List<Tensor> read = new ArrayList<>();
      for (String name : tensors.keySet()) {
        read.add(checkpoint.tensor(name));
      }
      int k = 0;
      for (Tensor tensor : tensors.values()) {
        tensor.copyFrom(read.get(k++));
      }
      if (optimizer != null) {
        optimizer.setSteps(steps);
        optimizer.setLearningRate(rate);
      }
      return metadata;
    }
  }

  /** Names every tensor of a file. */
  private static Map<String, Tensor> tensors(List<Parameter> parameters, Optimizer optimizer) {
    Checks.notNull("parameters", parameters);
    Checks.distinct(parameters);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (parameter.name().startsWith(OPTIMIZER)) {
        throw new IllegalArgumentException(
            "parameters: expected names that do not begin with "
                + OPTIMIZER
                + ", got "
                + parameter.name());
      }
      tensors.put(parameter.name(), parameter.value());
    }
    if (optimizer != null) {
      optimizer.state().forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    }
    return tensors;
  }

  /** Requires the tensors that are wanted, with their shapes, and no others. */
  private static void check(
      Path file, Checkpoint checkpoint, Map<String, Tensor> wanted, boolean parametersAlone)
      throws CheckpointException {
    Map<String, Checkpoint.Entry> entries = new LinkedHashMap<>();
    checkpoint.entries().forEach(entry -> entries.put(entry.name(), entry));
    for (Map.Entry<String, Tensor> tensor : wanted.entrySet()) {
      Checkpoint.Entry found = entries.remove(tensor.getKey());
      List<Long> shape = Arrays.stream(tensor.getValue().shape()).asLongStream().boxed().toList();
      if (found == null || !found.shape().equals(shape)) {
        throw new CheckpointException(
            file,
            tensor.getKey()
                + ": expected shape "
                + shape
                + ", found "
                + (found == null ? "no such tensor" : found.shape()));
      }
    }
    for (Checkpoint.Entry entry : entries.values()) {
      if (!parametersAlone || !entry.name().startsWith(OPTIMIZER)) {
        throw new CheckpointException(
            file,
            "expected "
                + (parametersAlone ? "the parameters" : "the parameters and the optimiser's state")
                + " alone, found also "
                + shortened(entry.toString()));
      }
    }
  }

  private static long steps(Path file, Map<String, String> metadata) throws CheckpointException {
    String text = metadata.getOrDefault(STEPS, "none");
    if (!text.matches("\\d{1,18}")) {
      throw wrong(file, STEPS, "a number of steps", text);
    }
    return Long.parseLong(text);
  }

  private static double learningRate(Path file, Map<String, String> metadata)
      throws CheckpointException {
    String text = metadata.getOrDefault(LEARNING_RATE, "none");
    try {
      double rate = Double.parseDouble(text);
      Checks.notNegative(LEARNING_RATE, rate);
      return rate;
    } catch (IllegalArgumentException e) {
      throw wrong(file, LEARNING_RATE, "a finite number of 0 or more", text);
    }
  }

  private static CheckpointException wrong(Path file, String key, String expected, String found) {
    return new CheckpointException(
        file, "metadata " + key + ": expected " + expected + ", found " + shortened(found));
  }

  /** Text out of a file, fit for a message. */
  private static String shortened(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "...";
  }
}
