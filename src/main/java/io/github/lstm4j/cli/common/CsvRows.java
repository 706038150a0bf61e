package io.github.lstm4j.cli.common;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.util.Arrays;

/** Collects the rows of a CSV file into a tensor {@code [T, I]}. */
final class CsvRows {
  private final String name;
  private float[] data = new float[1 << 10];
  private int columns;
  private int count;
  private boolean header;

  /**
   * Starts with nothing.
   *
   * @param name what messages call the file
   */
  CsvRows(String name) {
    this.name = name;
  }

  void add(CsvRecord record) throws IOException {
    if (columns == 0) {
      columns = record.getFieldCount();
      header = CsvTensors.isHeader(record);
      if (header) {
        return;
      }
    }
    CsvTensors.requireCells(name, record, columns);
    reserve();
    for (int k = 0; k < columns; k++) {
      data[count * columns + k] = number(record, k);
    }
    count++;
  }

  private void reserve() throws IOException {
    long end = (count + 1L) * columns;
    if (end > Tensor.MAX_SIZE) {
      throw new IOException(name + ": expected at most " + Tensor.MAX_SIZE + " numbers");
    }
    if (end > data.length) {
      data = Arrays.copyOf(data, (int) Math.min(Tensor.MAX_SIZE, Math.max(end, 2L * data.length)));
    }
  }

  private float number(CsvRecord record, int column) throws IOException {
    String cell = record.getField(column);
    return Numbers.parse(cell)
        .orElseThrow(
            () ->
                CsvTensors.bad(
                    name,
                    record,
                    ", column " + (column + 1),
                    "a float32 number",
                    Text.quote(cell)));
  }

  Tensor toTensor() throws IOException {
    if (count == 0) {
      throw new IOException(
          name
              + ": expected one row of numbers per time step, found "
              + (header ? "no number" : "nothing"));
    }
    return Tensor.of(Arrays.copyOf(data, count * columns), count, columns);
  }
}
