package io.github.lstm4j.cli;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads a series from CSV. A first row without a single number names the columns; else they are
 * called 1, 2 and so on. The first column that is not asked for says the time.
 */
final class SeriesReader {
  private final String name;
  private final List<String> asked;
  private List<String> header;
  private int[] chosen;
  private int time;
  private final List<String> times = new ArrayList<>();
  private final List<float[]> rows = new ArrayList<>();

  private SeriesReader(String name, List<String> asked) {
    this.name = name;
    this.asked = asked;
  }

  /**
   * Reads a series.
   *
   * @param name what messages call the stream
   * @param columns which columns, by name; if empty, those that begin with a number
   */
  static Series read(InputStream in, String name, List<String> columns) throws IOException {
    SeriesReader reader = new SeriesReader(name, columns);
    CsvTensors.forEachRow(in, name, reader::add);
    if (reader.rows.isEmpty()) {
      throw new IOException(name + ": expected rows of numbers, found none");
    }
    List<String> names = IntStream.of(reader.chosen).mapToObj(reader.header::get).toList();
    return new Series(names, reader.times, reader.rows.toArray(float[][]::new));
  }

  private void add(CsvRecord record) throws IOException {
    if (header == null) {
      List<String> cells =
          record.getFields().stream().map(Text::oneLine).map(String::strip).toList();
      boolean names = cells.stream().allMatch(cell -> Numbers.parse(cell).isEmpty());
      header =
          names ? cells : IntStream.rangeClosed(1, cells.size()).mapToObj(String::valueOf).toList();
      if (names) {
        return;
      }
    }
    if (record.getFieldCount() != header.size()) {
      String expected = Text.count(header.size(), "cell") + " as in the first row";
      throw bad(record, "", expected, Integer.toString(record.getFieldCount()));
    }
    if (chosen == null) {
      chosen = asked.isEmpty() ? numeric(record) : byName();
      time = IntStream.range(0, header.size()).filter(k -> !isChosen(k)).findFirst().orElse(-1);
    }
    times.add(time < 0 ? Integer.toString(rows.size() + 1) : record.getField(time));
    float[] row = new float[chosen.length];
    for (int k = 0; k < row.length; k++) {
      row[k] = number(record, chosen[k]);
    }
    rows.add(row);
  }

  private boolean isChosen(int column) {
    return IntStream.of(chosen).anyMatch(k -> k == column);
  }

  private int[] numeric(CsvRecord record) throws IOException {
    int[] found =
        IntStream.range(0, header.size())
            .filter(k -> Numbers.parse(record.getField(k)).isPresent())
            .toArray();
    if (found.length == 0) {
      throw bad(record, "", "a number in at least one column", "none");
    }
    return found;
  }

  private int[] byName() throws IOException {
    int[] found = new int[asked.size()];
    for (int k = 0; k < found.length; k++) {
      found[k] = header.indexOf(asked.get(k));
      if (found[k] < 0) {
        throw new IOException(
            name + ": expected a column " + Text.quote(asked.get(k)) + ", found " + header);
      }
    }
    return found;
  }

  private float number(CsvRecord record, int column) throws IOException {
    Optional<Float> value = Numbers.parse(record.getField(column)).filter(Float::isFinite);
    if (value.isEmpty()) {
      String where = ", column " + Text.quote(header.get(column));
      throw bad(record, where, "a finite number", Text.quote(record.getField(column)));
    }
    return value.get();
  }

  private IOException bad(CsvRecord record, String where, String expected, String found) {
    String line = ": line " + record.getStartingLineNumber();
    return new IOException(name + line + where + ": expected " + expected + ", found " + found);
  }
}
