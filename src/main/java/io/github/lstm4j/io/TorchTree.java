package io.github.lstm4j.io;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the tree that a pickle describes into flat names. A pickle can describe a graph with shared
 * parts, even cycles, whose paths outnumber its bytes without bound: so depth, visits and text are
 * limited.
 */
final class TorchTree {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VISITS = 1_000_000;
  private static final int MAX_SCALARS = 1000;
  private static final int MAX_SCALAR_TEXT = 200;

  /** The name of a tensor that was saved by itself. */
  private static final String ROOT = "tensor";

  final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
  final Map<String, String> scalars = new LinkedHashMap<>();
  private int visits;
  private long text;

  TorchTree(Object root) throws CheckpointException {
    add("", root, 0);
  }

  private void add(String name, Object value, int depth) throws CheckpointException {
    if (depth > MAX_DEPTH) {
      throw new CheckpointException(
          "expected at most " + MAX_DEPTH + " nested containers, found more");
    }
    if (value instanceof TorchTensor tensor) {
      if (tensors.put(name.isEmpty() ? ROOT : name, tensor) != null) {
        throw new CheckpointException(
            "expected unique names, found " + CheckpointException.quote(name) + " twice");
      }
      if (tensors.size() > Limits.ENTRIES) {
        throw new CheckpointException(
            "expected at most " + Limits.ENTRIES + " tensors, found more");
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        child(name, entry.getKey(), entry.getValue(), depth);
      }
    } else if (value instanceof List<?> || value instanceof Object[]) {
      List<?> items = value instanceof Object[] tuple ? Arrays.asList(tuple) : (List<?>) value;
      for (int k = 0; k < items.size(); k++) {
        child(name, k, items.get(k), depth);
      }
    } else {
      scalar(name, value);
    }
  }

  private void child(String parent, Object key, Object value, int depth)
      throws CheckpointException {
    boolean leaf = !(value instanceof TorchTensor || value instanceof Map<?, ?>);
    leaf &= !(value instanceof List<?> || value instanceof Object[]);
    if (++visits > MAX_VISITS) {
      throw new CheckpointException(
          "expected at most " + MAX_VISITS + " values in the pickle, found more");
    }
    if (leaf && scalars.size() >= MAX_SCALARS) {
      return;
    }
    String name = parent.isEmpty() ? key.toString() : parent + "." + key;
    text += name.length();
    if (text > Limits.TEXT / 2) {
      throw new CheckpointException(
          "expected at most " + Limits.TEXT / 2 + " characters of names, found more");
    }
    add(name, value, depth + 1);
  }

  private void scalar(String name, Object value) {
    boolean plain = value instanceof String || value instanceof Number || value instanceof Boolean;
    String shown = plain ? value.toString() : TorchObjects.kind(value);
    if (shown.length() > MAX_SCALAR_TEXT) {
      boolean within = Character.isHighSurrogate(shown.charAt(MAX_SCALAR_TEXT - 1));
      shown = shown.substring(0, MAX_SCALAR_TEXT - (within ? 1 : 0)) + "...";
    }
    scalars.put(name, shown);
  }
}
