package io.github.lstm4j.io;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the LSTMs in a list of tensor names, and picks the one that is meant. */
final class LstmFinder {
  private static final Pattern PARAMETER =
      Pattern.compile("(weight|bias)_(ih|hh|hr)(_l\\d{1,6}(_reverse)?)?");
  private static final int SHOWN = 12;

  private LstmFinder() {}

  /** Groups the recurrent modules of a file by their prefix, in file order. */
  static Map<String, LstmGroup> groups(List<Checkpoint.Entry> entries) {
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

  /** Returns the group that the options ask for, or the only LSTM. */
  static LstmGroup choose(Checkpoint checkpoint, Optional<String> prefix)
      throws CheckpointException {
    Map<String, LstmGroup> groups = groups(checkpoint.entries());
    if (groups.isEmpty()) {
      throw noLstm(checkpoint);
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

  private static CheckpointException noLstm(Checkpoint checkpoint) {
    boolean quantised =
        checkpoint.entries().stream().anyMatch(e -> isQuantised(e.name()))
            || checkpoint.metadata().keySet().stream().anyMatch(LstmFinder::isQuantised);
    return new CheckpointException(
        "expected tensors named weight_ih_l0, weight_hh_l0 ... (with any prefix), found "
            + (quantised ? "a quantised model: " : "")
            + names(checkpoint.entries()));
  }

  private static boolean isQuantised(String name) {
    return name.contains("_packed_params") || name.contains("_all_weight_values");
  }

  /** The failure to find a name, with the names there are. */
  static CheckpointException absent(String name, List<Checkpoint.Entry> entries) {
    return new CheckpointException(
        "expected a tensor named " + CheckpointException.quote(name) + ", found " + names(entries));
  }

  private static String names(List<Checkpoint.Entry> entries) {
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
