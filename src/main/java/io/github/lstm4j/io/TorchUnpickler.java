package io.github.lstm4j.io;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;

/**
 * A pickle machine that can make what a state_dict consists of, and nothing else. The library's
 * unpickler decodes numbers, strings, tuples and the memo; every opcode that names, calls or
 * changes an object is handled here, by an allow-list, and every length is checked before the
 * library allocates for it. See docs/decisions/0002-pickle-reader.md.
 *
 * <p>One instance reads one pickle; the library resets memo and stack at STOP.
 */
final class TorchUnpickler extends Unpickler {
  private static final int MAX_OPCODES = 10_000_000;
  private static final int MAX_STACK = 1 << 18;
  private static final int MAX_MEMO = 1 << 22;
  private static final int MAX_STRING = 16 << 20;
  private static final int MAX_INTEGER = 1024;
  private static final int MAX_NAME = 256;

  /** A generous mean of the heap that one opcode's result takes, in bytes. */
  private static final int OPCODE_COST = 64;

  /** The same for a tensor or a storage, with its later place in the list of entries. */
  private static final int OBJECT_COST = 512;

  private final PickleInput in;
  private final HeapBudget heap;
  private int opcodes;

  private TorchUnpickler(PickleInput in, HeapBudget heap) {
    this.in = in;
    this.heap = heap;
  }

  /**
   * Reads the pickle at the input's position and leaves the input after it.
   *
   * @param heapLimit bytes that the result may take, by a rough count
   * @return maps, lists, {@code Object[]} tuples, strings, numbers, booleans, null, and the types
   *     of {@link TorchObjects}; containers may be shared and may contain themselves
   * @throws CheckpointException on anything else
   */
  static Object read(PickleInput in, long heapLimit) throws CheckpointException {
    try {
      return new TorchUnpickler(in, new HeapBudget(heapLimit)).load(in);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The library reports malformed input by whatever exception its code runs into.
      throw new CheckpointException(
          "expected a pickled state_dict, found a malformed pickle near byte "
              + in.position()
              + " ("
              + e
              + ")",
          e);
    }
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    heap.charge(OPCODE_COST);
    checkLimits();
    switch (key) {
      case Opcodes.MARK, Opcodes.STOP, Opcodes.POP:
      case Opcodes.NONE, Opcodes.NEWTRUE, Opcodes.NEWFALSE:
      case Opcodes.BININT, Opcodes.BININT1, Opcodes.BININT2, Opcodes.BINFLOAT:
      case Opcodes.TUPLE, Opcodes.EMPTY_TUPLE, Opcodes.TUPLE1, Opcodes.TUPLE2, Opcodes.TUPLE3:
      case Opcodes.EMPTY_LIST, Opcodes.APPEND:
      case Opcodes.BINGET, Opcodes.LONG_BINGET, Opcodes.BINPUT, Opcodes.LONG_BINPUT:
      case Opcodes.MEMOIZE, Opcodes.PROTO, Opcodes.FRAME:
        return super.dispatch(key);
      case Opcodes.INT, Opcodes.LONG:
        in.requireLine(MAX_INTEGER);
        return super.dispatch(key);
      case Opcodes.LONG1:
        return sized(key, 1, MAX_INTEGER);
      case Opcodes.LONG4:
        return sized(key, 4, MAX_INTEGER);
      case Opcodes.SHORT_BINSTRING, Opcodes.SHORT_BINUNICODE, Opcodes.SHORT_BINBYTES:
        return sized(key, 1, MAX_STRING);
      case Opcodes.BINSTRING, Opcodes.BINUNICODE, Opcodes.BINBYTES:
        return sized(key, 4, MAX_STRING);
      case Opcodes.BINUNICODE8, Opcodes.BINBYTES8:
        return sized(key, 8, MAX_STRING);
      default:
        objects(key);
        return NO_RETURN_VALUE;
    }
  }

  private void checkLimits() throws CheckpointException {
    if (++opcodes > MAX_OPCODES || stack.size() > MAX_STACK || memo.size() > MAX_MEMO) {
      throw new CheckpointException(
          "expected a pickle of at most "
              + MAX_OPCODES
              + " opcodes, a stack of "
              + MAX_STACK
              + " and a memo of "
              + MAX_MEMO
              + ", found more");
    }
  }

  /** The opcodes that touch objects; the library's own handling of them is never reached. */
  private void objects(short key) throws IOException {
    switch (key) {
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<Object, Object>());
      case Opcodes.APPENDS -> {
        List<Object> items = stack.pop_all_since_marker();
        list(stack.peek()).addAll(items); // the library would copy the whole list each time
      }
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object name = stack.pop();
        put(stack.peek(), name, value);
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        for (int k = 0; k < items.size(); k += 2) {
          put(stack.peek(), items.get(k), items.get(k + 1));
        }
      }
      case Opcodes.GLOBAL -> {
        in.requireLine(MAX_NAME);
        String module = PickleUtils.readline(in);
        in.requireLine(MAX_NAME);
        stack.add(TorchObjects.global(module, PickleUtils.readline(in)));
      }
      case Opcodes.STACK_GLOBAL -> {
        Object attribute = stack.pop();
        stack.add(TorchObjects.global(name(stack.pop()), name(attribute)));
      }
      case Opcodes.REDUCE -> {
        heap.charge(OBJECT_COST);
        Object arguments = stack.pop();
        stack.add(TorchObjects.call(stack.pop(), arguments, heap));
      }
      case Opcodes.BUILD -> {
        Object state = stack.pop();
        if (stack.peek() instanceof NumpyScalars.NumpyType type) {
          type.build(state);
        } else {
          map(stack.peek()); // state_dict's _metadata: module versions, which no LSTM needs
        }
      }
      case Opcodes.BINPERSID -> {
        heap.charge(OBJECT_COST);
        stack.add(TorchObjects.storage(stack.pop()));
      }
      default ->
          throw new CheckpointException(
              "expected the pickle opcodes of a state_dict, found opcode 0x"
                  + Integer.toHexString(key & 0xff)
                  + refusedNames(key)
                  + " near byte "
                  + in.position()
                  + "; nothing of it was executed");
    }
  }

  /** INST names its class in the text that follows; say which, since it is what was attempted. */
  private String refusedNames(short key) throws IOException {
    if (key != Opcodes.INST) {
      return "";
    }
    in.requireLine(MAX_NAME);
    String module = PickleUtils.readline(in);
    in.requireLine(MAX_NAME);
    return " (INST " + CheckpointException.quote(module + "." + PickleUtils.readline(in)) + ")";
  }

  private Object sized(short key, int width, int most) throws IOException {
    long length = in.peekLength(width);
    in.requireAfter(width, length);
    if (length > most) {
      throw new CheckpointException(
          "expected a pickled value of at most " + most + " bytes, found " + length);
    }
    heap.charge(2 * length);
    return super.dispatch(key);
  }

  private void put(Object target, Object key, Object value) throws CheckpointException {
    // A container as a key would be hashed, which could recurse without end.
    if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
      throw new CheckpointException(
          "expected dictionary keys that are strings or numbers, found " + TorchObjects.kind(key));
    }
    TorchObjects.put(map(target), key, value, heap);
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object value) throws CheckpointException {
    if (value instanceof LinkedHashMap<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw new CheckpointException("expected a dictionary, found " + TorchObjects.kind(value));
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) throws CheckpointException {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw new CheckpointException("expected a list, found " + TorchObjects.kind(value));
  }

  private static String name(Object value) throws CheckpointException {
    if (value instanceof String name && name.length() <= MAX_NAME) {
      return name;
    }
    throw new CheckpointException(
        "expected a name of at most "
            + MAX_NAME
            + " characters, found "
            + (value instanceof String text ? text.length() : TorchObjects.kind(value)));
  }
}
