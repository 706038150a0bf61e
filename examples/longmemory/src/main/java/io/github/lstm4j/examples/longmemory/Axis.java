package io.github.lstm4j.examples.longmemory;

import java.util.Locale;

/**
 * One axis of a chart.
 *
 * @param title what is written beside it
 * @param min where it begins
 * @param max where it ends
 * @param tick between two labels; of the exponent, if the axis is logarithmic
 * @param logarithmic whether {@code min} and {@code max} are exponents of ten
 */
record Axis(String title, double min, double max, double tick, boolean logarithmic) {
  /** Returns where a value lies: 0 at the beginning, 1 at the end. */
  double place(double value) {
    double on = logarithmic ? Math.log10(value) : value;
    return (on - min) / (max - min);
  }

  /** Returns how many labels there are. */
  int ticks() {
    return (int) Math.floor((max - min) / tick + 1e-9) + 1;
  }

  /** Returns where a label lies, counted from 0. */
  double tickPlace(int number) {
    return number * tick / (max - min);
  }

  String label(int number) {
    double value = min + number * tick;
    if (logarithmic) {
      return value == 0 ? "1" : String.format(Locale.ROOT, "1e%.0f", value);
    }
    return String.format(Locale.ROOT, tick < 1 ? "%.2f" : "%.0f", value);
  }
}
