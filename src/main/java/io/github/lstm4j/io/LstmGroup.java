package io.github.lstm4j.io;

import io.github.lstm4j.LstmConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of one recurrent module, and what their names and shapes say about it. */
final class LstmGroup {
  private final String prefix;
  private final Map<String, Checkpoint.Entry> entries = new LinkedHashMap<>();

  LstmGroup(String prefix) {
    this.prefix = prefix;
  }

  /** What stands before the parameter names, empty or ending in a dot. */
  String prefix() {
    return prefix;
  }

  /**
   * Takes a tensor in; the names of an LSTMCell become those of a single layer. Where both are
   * there, the cell's keeps its own name, so that it is reported rather than dropped.
   */
  void add(String leaf, Checkpoint.Entry entry) {
    boolean cell = leaf.matches("(weight|bias)_(ih|hh)");
    String name = cell ? leaf + "_l0" : leaf;
    Checkpoint.Entry other = entries.putIfAbsent(name, entry);
    if (other != null) {
      entries.put(name, cell ? other : entry);
      entries.put(name.replace("_l0", ""), cell ? entry : other);
    }
  }

  /** Returns the name in the file of one of {@code nn.LSTM}'s parameters. */
  String nameInFile(String parameter) {
    return entries.get(parameter).name();
  }

  /** Rows of {@code weight_ih_l0} for each hidden unit: 4 in an LSTM, 0 if it cannot be told. */
  int gates() {
    List<Long> ih = shape("weight_ih_l0");
    long hidden = hiddenSize();
    boolean whole = ih.size() == 2 && hidden > 0 && ih.get(0) % hidden == 0;
    return whole && ih.get(0) / hidden <= 4 ? (int) (ih.get(0) / hidden) : 0;
  }

  /** Names the kind of module. */
  String kind() {
    return switch (gates()) {
      case 1 -> "RNN";
      case 3 -> "GRU";
      case 4 -> "LSTM";
      default -> "incomplete LSTM";
    };
  }

  /**
   * Infers the configuration and checks every tensor against it.
   *
   * @throws CheckpointException naming what is missing, unexpected or misshapen
   */
  LstmConfig config() throws CheckpointException {
    requireLstm();
    int layers = 1;
    boolean bias = false;
    boolean reverse = false;
    for (String name : entries.keySet()) {
      bias |= name.startsWith("bias_");
      reverse |= name.endsWith("_reverse");
      if (name.matches("(weight|bias)_(ih|hh|hr)_l\\d{1,6}(_reverse)?")) {
        String digits = name.replaceAll("\\D", "");
        // A name alone makes no more work than there are tensors; it is reported as unexpected.
        layers = Math.max(layers, Math.min(entries.size(), Integer.parseInt(digits) + 1));
      }
    }
    List<Long> hr = shape("weight_hr_l0");
    LstmConfig config;
    try {
      config =
          new LstmConfig(
              Math.toIntExact(shape("weight_ih_l0").get(1)),
              Math.toIntExact(hiddenSize()),
              layers,
              bias,
              false,
              0,
              reverse,
              hr.isEmpty() ? 0 : Math.toIntExact(hr.get(0)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CheckpointException(
          where() + "expected the shapes of an LSTM, found " + e.getMessage(), e);
    }
    checkShapes(config);
    return config;
  }

  private void requireLstm() throws CheckpointException {
    for (String name : List.of("weight_ih_l0", "weight_hh_l0")) {
      if (shape(name).size() != 2) {
        throw new CheckpointException(
            where()
                + "expected a matrix "
                + name
                + ", found "
                + (entries.containsKey(name) ? "shape " + shape(name) : "none among " + names()));
      }
    }
    if (gates() != 4) {
      String kind = gates() == 1 ? " (an RNN)" : gates() == 3 ? " (a GRU)" : "";
      throw new CheckpointException(
          where()
              + "weight_ih_l0: expected 4 rows (i, f, g, o) for each of "
              + hiddenSize()
              + " hidden units, found shape "
              + shape("weight_ih_l0")
              + kind);
    }
  }

  private void checkShapes(LstmConfig config) throws CheckpointException {
    Map<String, int[]> shapes = config.parameterShapes();
    List<String> problems = new ArrayList<>();
    shapes.forEach(
        (name, dims) -> {
          List<Long> expected = Arrays.stream(dims).mapToObj(Long::valueOf).toList();
          if (!entries.containsKey(name)) {
            problems.add("no " + name + " (expected " + expected + ")");
          } else if (!shape(name).equals(expected)) {
            problems.add(name + " " + shape(name) + " (expected " + expected + ")");
          } else if (!DType.valueOf(entries.get(name).dtype()).isFloat()) {
            problems.add(name + " of " + entries.get(name).dtype() + " (expected F32 or similar)");
          }
        });
    for (String name : entries.keySet()) {
      if (!shapes.containsKey(name)) {
        problems.add("an unexpected " + CheckpointException.quote(name) + " " + shape(name));
      }
    }
    if (!problems.isEmpty()) {
      throw new CheckpointException(
          where()
              + "expected the parameters of "
              + config
              + ", found "
              + LstmFinder.shorten(problems));
    }
  }

  private long hiddenSize() {
    List<Long> hr = shape("weight_hr_l0");
    List<Long> hh = shape("weight_hh_l0");
    List<Long> from = hr.isEmpty() ? hh : hr;
    return from.size() == 2 ? from.get(1) : 0;
  }

  private List<Long> shape(String name) {
    Checkpoint.Entry entry = entries.get(name);
    return entry == null ? List.of() : entry.shape();
  }

  private String names() {
    return LstmFinder.shorten(entries.keySet().stream().map(CheckpointException::quote).toList());
  }

  private String where() {
    return prefix.isEmpty() ? "" : "LSTM " + CheckpointException.quote(prefix) + ": ";
  }
}
