package io.github.lstm4j.cli.training;

import java.util.List;

/**
 * Numbers in rows, one row per time step.
 *
 * @param columns the name of each column
 * @param others the names of the columns that were not read, the one that says the time first
 * @param times what each row is called
 * @param values {@code values[row][column]}, all finite
 */
public record Series(
    List<String> columns, List<String> others, List<String> times, double[][] values) {
  public int rows() {
    return values.length;
  }

  /** Which columns serve as what. */
  public String describe() {
    String read = "reads " + String.join(", ", columns);
    if (others.isEmpty()) {
      return read;
    }
    List<String> rest = others.subList(1, others.size());
    return read
        + "; the time is "
        + others.get(0)
        + (rest.isEmpty() ? "" : "; not read: " + String.join(", ", rest));
  }
}
