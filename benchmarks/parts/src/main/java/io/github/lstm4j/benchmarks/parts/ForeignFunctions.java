package io.github.lstm4j.benchmarks.parts;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;

/**
 * A function of no arguments through the Foreign Function and Memory API, which is final from JDK
 * 22. Reached by reflection, because this code is compiled for JDK 17; the handle it returns is the
 * one that direct use would have.
 */
final class ForeignFunctions {
  private ForeignFunctions() {}

  /**
   * Returns a handle of type {@code ()int}.
   *
   * @param name a symbol of a library that is already loaded
   * @param library the file of that library
   * @param critical whether the call may skip the change of thread state that a call that can block
   *     needs
   */
  static MethodHandle intFunction(String name, String library, boolean critical) {
    try {
      Class<?> arenas = type("Arena");
      Class<?> lookups = type("SymbolLookup");
      Class<?> linkers = type("Linker");
      Class<?> options = type("Linker$Option");
      Class<?> layouts = type("MemoryLayout");
      Object arena = arenas.getMethod("global").invoke(null);
      Object lookup =
          lookups.getMethod("libraryLookup", String.class, arenas).invoke(null, library, arena);
      Object address =
          ((Optional<?>) lookups.getMethod("find", String.class).invoke(lookup, name))
              .orElseThrow();
      Object anInt = type("ValueLayout").getField("JAVA_INT").get(null);
      Object descriptor =
          type("FunctionDescriptor")
              .getMethod("of", layouts, layouts.arrayType())
              .invoke(null, anInt, Array.newInstance(layouts, 0));
      Object chosen = Array.newInstance(options, critical ? 1 : 0);
      if (critical) {
        Array.set(chosen, 0, options.getMethod("critical", boolean.class).invoke(null, false));
      }
      Object linker = linkers.getMethod("nativeLinker").invoke(null);
      return (MethodHandle)
          linkers
              .getMethod(
                  "downcallHandle",
                  type("MemorySegment"),
                  type("FunctionDescriptor"),
                  options.arrayType())
              .invoke(linker, address, descriptor, chosen);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the Foreign Function API needs JDK 22 or newer", e);
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name);
  }
}
