package io.github.lstm4j.cli;

import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.io.Checkpoint;
import io.github.lstm4j.io.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a model is run on.
 *
 * @param initial {@code (h0, c0)}, or null for zeros
 * @param lengths one per sequence, or null if all are whole
 * @param others names of tensors beside these, which are not read
 */
record SequenceInput(Tensor input, LstmState initial, int[] lengths, Set<String> others) {
  private static final Set<String> NAMES = Set.of("input", "h0", "c0", "lengths");
  private static final int MOST_NAMES = 12;

  static SequenceInput of(Tensor input) {
    return new SequenceInput(input, null, null, Set.of());
  }

  /** Takes {@code input}, and {@code h0}, {@code c0} and {@code lengths} if they are there. */
  static SequenceInput read(Path file) throws IOException {
    try (Safetensors tensors = Safetensors.open(file)) {
      Set<String> names =
          tensors.entries().stream().map(Checkpoint.Entry::name).collect(Collectors.toSet());
      if (names.contains("h0") != names.contains("c0")) {
        throw new IOException(
            file
                + ": expected h0 and c0 or neither, found only "
                + (names.contains("h0") ? "h0" : "c0"));
      }
      return new SequenceInput(
          tensors.tensor("input"),
          names.contains("h0") ? new LstmState(tensors.tensor("h0"), tensors.tensor("c0")) : null,
          names.contains("lengths") ? lengths(file, tensors.longs("lengths")) : null,
          others(names));
    }
  }

  private static Set<String> others(Set<String> names) {
    Set<String> others = new TreeSet<>(names);
    others.removeAll(NAMES);
    return others;
  }

  private static int[] lengths(Path file, long[] longs) throws IOException {
    int[] lengths = new int[longs.length];
    for (int k = 0; k < lengths.length; k++) {
      lengths[k] = (int) longs[k];
      if (lengths[k] != longs[k]) {
        throw new IOException(
            file + ": lengths[" + k + "]: expected a number of time steps, found " + longs[k]);
      }
    }
    return lengths;
  }

  /** Names from a file, but not all of very many. */
  private static String some(Set<String> names) {
    String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return first + (more > 0 ? " and " + more + " more" : "");
  }

  /** What the input looks like, in a few words. */
  String describe() {
    return Text.shape(input.shape())
        + (lengths == null
            ? ""
            : ", lengths "
                + Arrays.stream(lengths).min().orElse(0)
                + " to "
                + Arrays.stream(lengths).max().orElse(0))
        + (initial == null ? ", from a zero state" : ", from h0 and c0")
        + (others.isEmpty() ? "" : "; not read: " + some(others));
  }
}
