package io.github.lstm4j.io;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names a state_dict's pickle may use, and what calling them makes. */
final class TorchObjects {
  /** A dictionary's entry with its share of the table, in bytes of heap. */
  private static final int ENTRY_COST = 64;

  private TorchObjects() {}

  /** An allowed name, not yet called. */
  record Global(String name) {}

  private static final Set<String> CALLABLE =
      Set.of(
          "collections.Counter",
          "collections.OrderedDict",
          "torch.Size",
          "torch.device",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state");

  private static final Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.FloatStorage", DType.F32),
          Map.entry("torch.DoubleStorage", DType.F64),
          Map.entry("torch.HalfStorage", DType.F16),
          Map.entry("torch.BFloat16Storage", DType.BF16),
          Map.entry("torch.LongStorage", DType.I64),
          Map.entry("torch.IntStorage", DType.I32),
          Map.entry("torch.ShortStorage", DType.I16),
          Map.entry("torch.CharStorage", DType.I8),
          Map.entry("torch.ByteStorage", DType.U8),
          Map.entry("torch.BoolStorage", DType.BOOL),
          Map.entry("torch.ComplexFloatStorage", DType.C64),
          Map.entry("torch.ComplexDoubleStorage", DType.C128));

  /** Quantised modules, their tensors and types, and the opaque objects that hold their weights. */
  private static final Pattern QUANTISED =
      Pattern.compile("quantized|_rebuild_q|\\.ao\\.nn\\.|^torch\\.qu?int|^torch\\.ScriptObject$");

  /** Types as plain values, for example in a saved configuration. */
  private static final Set<String> DTYPES =
      Set.of(
          "torch.float32",
          "torch.float64",
          "torch.float16",
          "torch.bfloat16",
          "torch.int64",
          "torch.int32",
          "torch.int16",
          "torch.int8",
          "torch.uint8",
          "torch.bool");

  /** Resolves a name, or refuses it in words that tell what kind of file this probably is. */
  static Global global(String module, String attribute) throws CheckpointException {
    String name = module + "." + attribute;
    if (isCallable(name) || STORAGES.containsKey(name) || DTYPES.contains(name)) {
      return new Global(name);
    }
    String found = CheckpointException.quote(name);
    if (QUANTISED.matcher(name).find()) {
      throw new CheckpointException(
          "expected floating-point weights, found a quantised model (" + found + ")");
    }
    if (module.startsWith("torch.jit") || module.startsWith("__torch__")) {
      throw new CheckpointException(
          "expected a state_dict, found TorchScript (" + found + "); save model.state_dict()");
    }
    throw new CheckpointException(
        "expected a state_dict (tensors, numbers and strings in dictionaries), found the class or"
            + " function "
            + found
            + "; nothing of it was executed. If this is a whole pickled module, save"
            + " model.state_dict() instead");
  }

  private static boolean isCallable(String name) {
    return CALLABLE.contains(name) || NumpyScalars.CALLABLE.contains(name);
  }

  /**
   * Does what REDUCE does for the allowed names.
   *
   * @param heap charged for what is copied from the arguments, which the memo can repeat for free
   */
  static Object call(Object callee, Object arguments, HeapBudget heap) throws CheckpointException {
    if (!(callee instanceof Global global) || !isCallable(global.name)) {
      throw new CheckpointException(
          "expected a call of a state_dict's constructor, found a call of " + kind(callee));
    }
    Object[] args = tuple(arguments, global.name);
    if (NumpyScalars.CALLABLE.contains(global.name)) {
      return NumpyScalars.call(global.name, args, heap);
    }
    return switch (global.name) {
      case "collections.Counter" -> counter(args, heap);
      case "collections.OrderedDict" -> orderedDict(args, heap);
      case "torch.Size" -> tuple(at(args, 0), "torch.Size");
      case "torch.device" -> args.length > 0 && args[0] instanceof String s ? s : "device";
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> tensor(args);
      default -> parameter(args);
    };
  }

  /** Does what BINPERSID does: {@code ('storage', type, key, location, size[, view])}. */
  static TorchStorage storage(Object id) throws CheckpointException {
    Object[] args = tuple(id, "a persistent id");
    if (!"storage".equals(at(args, 0))) {
      throw new CheckpointException(
          "expected a persistent id of a storage, found "
              + (args[0] instanceof String s ? CheckpointException.quote(s) : kind(args[0]))
              + "; a whole pickled module? Save model.state_dict() instead");
    }
    DType dtype = at(args, 1) instanceof Global type ? STORAGES.get(type.name) : null;
    if (dtype == null || !(at(args, 2) instanceof String key)) {
      throw new CheckpointException("expected a storage's type and key, found " + kind(args[1]));
    }
    String location = at(args, 3) instanceof String text ? text : "";
    long size = integer(at(args, 4));
    long viewOffset = 0;
    long viewSize = size;
    if (args.length > 5 && args[5] != null) {
      Object[] view = tuple(args[5], "a storage view");
      viewOffset = integer(at(view, 1));
      viewSize = integer(at(view, 2));
    }
    return new TorchStorage(key, dtype, size, viewOffset, viewSize, location).checked();
  }

  private static Map<Object, Object> orderedDict(Object[] args, HeapBudget heap)
      throws CheckpointException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (args.length > 0 && args[0] instanceof List<?> pairs) { // as Python 2 pickled it
      heap.charge((long) ENTRY_COST * pairs.size());
      for (Object item : pairs) {
        Object[] pair = pair(item);
        if (!(pair[0] instanceof String key)) {
          throw new CheckpointException("expected string keys, found " + kind(pair[0]));
        }
        put(map, key, pair[1], heap);
      }
    }
    return map;
  }

  /** A scheduler's milestones, for example: called with a dictionary of what was counted. */
  private static Map<Object, Object> counter(Object[] args, HeapBudget heap)
      throws CheckpointException {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (args.length > 0 && args[0] instanceof Map<?, ?> counts) {
      heap.charge((long) ENTRY_COST * counts.size());
      for (Map.Entry<?, ?> count : counts.entrySet()) {
        put(map, count.getKey(), count.getValue(), heap);
      }
    }
    return map;
  }

  /**
   * Sets an entry under the key's text, which names it later. Keys of one type alone: the JDK finds
   * those of one hash by comparing them, and where types differ it has to look at all of them.
   * Charged, as a key that equals an older one is compared to its end.
   */
  static void put(Map<Object, Object> map, Object key, Object value, HeapBudget heap)
      throws CheckpointException {
    String text = key.toString();
    heap.charge(text.length());
    if (map.containsKey(text)) {
      throw new CheckpointException(
          "expected unique keys in a dictionary, found "
              + CheckpointException.quote(text)
              + " twice");
    }
    map.put(text, value);
  }

  private static Object[] pair(Object value) throws CheckpointException {
    int size = value instanceof List<?> list ? list.size() : tuple(value, "a pair").length;
    if (size != 2) {
      throw new CheckpointException(
          "expected pairs of a key and a value, found " + size + " values");
    }
    return value instanceof List<?> list ? list.toArray() : (Object[]) value;
  }

  private static TorchTensor tensor(Object[] args) throws CheckpointException {
    if (!(at(args, 0) instanceof TorchStorage storage)) {
      throw new CheckpointException("expected a tensor's storage, found " + kind(args[0]));
    }
    if (args.length > 6 && args[6] instanceof Map<?, ?> bits && !bits.isEmpty()) {
      throw new CheckpointException("expected plain tensors, found a lazily negated one");
    }
    return TorchTensor.of(
        storage, integer(at(args, 1)), integers(at(args, 2)), integers(at(args, 3)));
  }

  private static TorchTensor parameter(Object[] args) throws CheckpointException {
    if (at(args, 0) instanceof TorchTensor tensor) {
      return tensor;
    }
    throw new CheckpointException("expected a parameter's tensor, found " + kind(args[0]));
  }

  private static long[] integers(Object value) throws CheckpointException {
    Object[] tuple = tuple(value, "a shape");
    long[] numbers = new long[Math.min(tuple.length, Limits.RANK + 1)];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = integer(tuple[k]);
    }
    return numbers;
  }

  private static long integer(Object value) throws CheckpointException {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw new CheckpointException("expected a 64-bit integer, found " + kind(value));
  }

  static Object at(Object[] args, int index) throws CheckpointException {
    if (index >= args.length) {
      throw new CheckpointException(
          "expected more than " + index + " pickled arguments, found " + args.length);
    }
    return args[index];
  }

  static Object[] tuple(Object value, String what) throws CheckpointException {
    if (value instanceof Object[] tuple) {
      return tuple;
    }
    throw new CheckpointException("expected a tuple for " + what + ", found " + kind(value));
  }

  /** Names the type of a pickled value without looking into it: containers can be endless. */
  static String kind(Object value) {
    if (value instanceof Global global) {
      return global.name;
    }
    if (value == null) {
      return "None";
    }
    return value instanceof Object[] ? "a tuple" : "a " + value.getClass().getSimpleName();
  }
}
