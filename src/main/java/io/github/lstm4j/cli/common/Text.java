package io.github.lstm4j.cli.common;

import java.util.Arrays;
import java.util.Locale;

/** How things are written in messages. */
public final class Text {
  private static final int QUOTED = 40;

  private Text() {}

  /**
   * Replaces line breaks, and control and format characters, which a file's content may bring
   * along: terminals obey them.
   */
  public static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }

  /** Text from a file, for a message: short and in quotes. */
  public static String quote(String text) {
    String start = text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
    return "'" + start.replace("\t", "\\t") + "'";
  }

  /**
   * What the library says of its arguments, said of the options: {@code hiddenSize, inputSize: ...}
   * becomes {@code --hidden-size, --input-size: ...}.
   */
  public static String ofOptions(IllegalArgumentException e) {
    String[] parts = e.getMessage().split(":", 2);
    String names = parts[0].replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    return "--" + names.replace(", ", ", --") + ":" + parts[1];
  }

  public static String count(long number, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
  }

  public static String seconds(double seconds) {
    return String.format(Locale.ROOT, seconds < 1 ? "%.4f s" : "%.2f s", seconds);
  }

  /** A time to wait, roughly. */
  public static String duration(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  public static String rate(double perSecond) {
    return String.format(
        Locale.ROOT, perSecond < 100 ? "%.1f steps/s" : "%,.0f steps/s", perSecond);
  }

  public static String shape(int[] shape) {
    return Arrays.toString(shape);
  }
}
