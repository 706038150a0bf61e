package io.github.lstm4j.cli;

import java.util.List;

/**
 * Numbers in rows, one row per time step.
 *
 * @param columns the name of each column
 * @param times what each row is called
 * @param values {@code values[row][column]}, all finite
 */
record Series(List<String> columns, List<String> times, float[][] values) {
  int rows() {
    return values.length;
  }
}
