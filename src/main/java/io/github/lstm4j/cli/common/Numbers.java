package io.github.lstm4j.cli.common;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** Numbers as text, as Python and numpy read and write them. */
public final class Numbers {
  private Numbers() {}

  /**
   * Reads a float32 in decimal notation, {@code nan} or {@code inf}; empty for anything else, and
   * for what float32 cannot hold.
   */
  public static Optional<Float> parse(String text) {
    String trimmed = text.strip();
    if (!isDecimal(trimmed)) {
      return special(trimmed.toLowerCase(Locale.ROOT));
    }
    try {
      // Not by way of a double, which would round twice.
      return Optional.of(Float.parseFloat(trimmed)).filter(Float::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The same in double precision. */
  public static Optional<Double> parseDouble(String text) {
    String trimmed = text.strip();
    return decimal(trimmed)
        .filter(Double::isFinite)
        .or(() -> special(trimmed.toLowerCase(Locale.ROOT)).map(Float::doubleValue));
  }

  /** Whether it is a number, or would be one if it were not too large. */
  static boolean isNumber(String text) {
    return parseDouble(text).isPresent() || decimal(text.strip()).isPresent();
  }

  /** A number in decimal notation; infinite if it is too large. */
  private static Optional<Double> decimal(String text) {
    try {
      return isDecimal(text) ? Optional.of(Double.parseDouble(text)) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether it may be a number: Java would read a suffix, hexadecimal and more blanks, too. */
  private static boolean isDecimal(String text) {
    if (text.isEmpty() || text.charAt(0) <= ' ' || text.toLowerCase(Locale.ROOT).contains("x")) {
      return false;
    }
    char last = text.charAt(text.length() - 1);
    return last == '.' || last >= '0' && last <= '9';
  }

  private static Optional<Float> special(String text) {
    return switch (text) {
      case "nan", "+nan", "-nan" -> Optional.of(Float.NaN);
      case "inf", "+inf", "infinity", "+infinity" -> Optional.of(Float.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> Optional.of(Float.NEGATIVE_INFINITY);
      default -> Optional.empty();
    };
  }

  public static String format(float value) {
    if (Float.isNaN(value)) {
      return "nan";
    }
    return Float.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Float.toString(value);
  }

  /**
   * Writes a number without digits that say nothing.
   *
   * @param unit what matters, above 0: it is written to the power of ten at or below that
   */
  public static String format(double value, double unit) {
    double exponent = Math.floor(Math.log10(unit));
    if (!Double.isFinite(value) || !Double.isFinite(exponent)) {
      return format((float) value);
    }
    BigDecimal rounded = new BigDecimal(value).setScale((int) -exponent, RoundingMode.HALF_EVEN);
    return Double.toString(rounded.doubleValue());
  }
}
