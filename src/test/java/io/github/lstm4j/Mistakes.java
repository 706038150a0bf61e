package io.github.lstm4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/**
 * Wrong calls, one row each. A refusal says in words which argument it was, what was expected and
 * what was given, with the numbers.
 */
final class Mistakes {
  /** What is done, what is thrown, and what the message has to hold. */
  record Mistake(
      String what, Class<? extends RuntimeException> thrown, Executable call, String... message) {
    void assertRefused() {
      RuntimeException refusal = assertThrows(thrown, call, what);
      assertEquals(thrown, refusal.getClass());
      for (String part : message) {
        assertTrue(
            refusal.getMessage().contains(part),
            () -> "expected \"" + part + "\" in: " + refusal.getMessage());
      }
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private final List<Mistake> rows = new ArrayList<>();

  List<Mistake> rows() {
    return rows;
  }

  /** An IllegalArgumentException. */
  void bad(String what, Executable call, String... message) {
    rows.add(new Mistake(what, IllegalArgumentException.class, call, message));
  }

  /** An IllegalStateException. */
  void illegal(String what, Executable call, String... message) {
    rows.add(new Mistake(what, IllegalStateException.class, call, message));
  }
}
