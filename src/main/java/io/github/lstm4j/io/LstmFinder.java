package io.github.lstm4j.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the LSTMs among the tensors of a file, and picks the one that is meant. Thread-safe. */
final class LstmFinder {
  private static final Pattern PARAMETER =
      Pattern.compile("(weight|bias)_(ih|hh|hr)(_l\\d{1,6}(_reverse)?)?");
  private static final int SHOWN = 12;

  private final Path file;
  private final long fileSize;
  private final List<Checkpoint.Entry> entries;

  /** Found when first asked for; several threads may find the same. */
  private volatile Map<String, LstmGroup> groups;

  LstmFinder(Path file, long fileSize, List<Checkpoint.Entry> entries) {
    this.file = file;
    this.fileSize = fileSize;
    this.entries = entries;
  }

  /**
   * Returns the finder of an open file.
   *
   * @throws IllegalStateException if it is closed
   */
  static LstmFinder of(Checkpoint checkpoint) {
    return checkpoint instanceof Safetensors safetensors
        ? safetensors.finder()
        : ((TorchCheckpoint) checkpoint).finder();
  }

  Path file() {
    return file;
  }

  /** Its bytes when it was opened. */
  long fileSize() {
    return fileSize;
  }

  /** Returns the recurrent modules by their prefix, in file order. */
  Map<String, LstmGroup> groups() {
    if (groups == null) {
      groups = group(entries);
    }
    return groups;
  }

  private static Map<String, LstmGroup> group(List<Checkpoint.Entry> entries) {
    Map<String, LstmGroup> groups = new LinkedHashMap<>();
    for (Checkpoint.Entry entry : entries) {
      String leaf = leaf(entry.name());
      if (PARAMETER.matcher(leaf).matches()) {
        String prefix = prefix(entry.name());
        groups.computeIfAbsent(prefix, LstmGroup::new);
      }
    }
    // A second pass, so that every neighbour of a parameter is seen, wherever it stands.
    for (Checkpoint.Entry entry : entries) {
      LstmGroup group = groups.get(prefix(entry.name()));
      if (group != null) {
        group.add(leaf(entry.name()), entry);
      }
    }
    return groups;
  }

  /**
   * Returns the group that the options ask for, or the only LSTM.
   *
   * @param metadata the file's, which may tell why there is none
   */
  LstmGroup choose(Optional<String> prefix, Map<String, String> metadata)
      throws CheckpointException {
    Map<String, LstmGroup> groups = groups();
    if (groups.isEmpty()) {
      throw noLstm(metadata);
    }
    if (prefix.isPresent()) {
      return named(groups, prefix.get());
    }
    List<LstmGroup> lstms = groups.values().stream().filter(g -> g.gates() == 4).toList();
    if (lstms.size() == 1) {
      return lstms.get(0);
    }
    if (groups.size() == 1) { // not an LSTM; loading it says why
      return groups.values().iterator().next();
    }
    throw new CheckpointException(
        "expected one LSTM or a prefix that chooses one, found " + list(groups.values()));
  }

  private static LstmGroup named(Map<String, LstmGroup> groups, String prefix)
      throws CheckpointException {
    String dotted = prefix.isEmpty() || prefix.endsWith(".") ? prefix : prefix + ".";
    if (groups.containsKey(dotted)) {
      return groups.get(dotted);
    }
    List<LstmGroup> matches =
        groups.values().stream()
            .filter(g -> !dotted.isEmpty() && g.prefix().endsWith("." + dotted))
            .toList();
    if (matches.size() == 1) {
      return matches.get(0);
    }
    throw new CheckpointException(
        "expected one LSTM with prefix "
            + CheckpointException.quote(prefix)
            + ", found "
            + (matches.isEmpty() ? "only " + list(groups.values()) : list(matches)));
  }

  private CheckpointException noLstm(Map<String, String> metadata) {
    boolean quantised =
        entries.stream().anyMatch(e -> isQuantised(e.name()))
            || metadata.keySet().stream().anyMatch(LstmFinder::isQuantised);
    return new CheckpointException(
        "expected tensors named weight_ih_l0, weight_hh_l0 ... (with any prefix), found "
            + (quantised ? "a quantised model: " : "")
            + names());
  }

  private static boolean isQuantised(String name) {
    return name.contains("_packed_params") || name.contains("_all_weight_values");
  }

  /** The failure to find a name, with the names there are. */
  CheckpointException absent(String name) {
    return new CheckpointException(
            "expected a tensor named " + CheckpointException.quote(name) + ", found " + names())
        .in(file);
  }

  private String names() {
    return entries.isEmpty()
        ? "no tensors at all"
        : shorten(entries.stream().map(e -> CheckpointException.quote(e.name())).toList());
  }

  private static String list(Collection<LstmGroup> groups) {
    return shorten(
        groups.stream().map(g -> g.kind() + " " + CheckpointException.quote(g.prefix())).toList());
  }

  /** Joins the first few, and counts the rest. */
  static String shorten(List<String> items) {
    List<String> shown = new ArrayList<>(items.subList(0, Math.min(SHOWN, items.size())));
    if (items.size() > SHOWN) {
      shown.add("... and " + (items.size() - SHOWN) + " more");
    }
    return String.join(", ", shown);
  }

  private static String prefix(String name) {
    return name.substring(0, name.lastIndexOf('.') + 1);
  }

  private static String leaf(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
