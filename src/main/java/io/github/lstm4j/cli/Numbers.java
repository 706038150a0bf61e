package io.github.lstm4j.cli;

import java.util.Locale;
import java.util.Optional;

/** Float32 as text, as Python and numpy read and write it. */
final class Numbers {
  private Numbers() {}

  /** Reads decimal notation, {@code nan} or {@code inf}; empty for anything else. */
  static Optional<Float> parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return Optional.empty();
    }
    char last = trimmed.charAt(trimmed.length() - 1);
    if (trimmed.charAt(0) <= ' ') {
      return Optional.empty(); // a control character, which Java would skip
    }
    if (last != '.' && (last < '0' || last > '9')) {
      return special(trimmed.toLowerCase(Locale.ROOT));
    }
    try {
      float value = Float.parseFloat(trimmed);
      // Java reads hexadecimal too, and turns what float32 cannot hold into infinity.
      return Float.isInfinite(value) || trimmed.indexOf('x') >= 0 || trimmed.indexOf('X') >= 0
          ? Optional.empty()
          : Optional.of(value);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Float> special(String text) {
    return switch (text) {
      case "nan", "+nan", "-nan" -> Optional.of(Float.NaN);
      case "inf", "+inf", "infinity", "+infinity" -> Optional.of(Float.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> Optional.of(Float.NEGATIVE_INFINITY);
      default -> Optional.empty();
    };
  }

  static String format(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    return Float.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Float.toString(value);
  }
}
