package io.github.lstm4j.cli.training;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Numbers;
import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads a series from CSV. A first row without a single number names the columns; else they are
 * called 1, 2 and so on. The first column that is not asked for says the time.
 */
public final class SeriesReader {
  private final String name;
  private final List<String> asked;
  private final boolean positive;
  private List<String> header;
  private int[] chosen;
  private int time;
  private final List<String> times = new ArrayList<>();
  private final List<double[]> rows = new ArrayList<>();

  private SeriesReader(String name, List<String> asked, boolean positive) {
    this.name = name;
    this.asked = asked;
    this.positive = positive;
  }

  /**
   * Reads a series.
   *
   * @param name what messages call the stream
   * @param columns which columns, by name; if empty, those that begin with a number
   * @param positive whether all numbers must be above 0, because their logarithms are taken
   */
  public static Series read(InputStream in, String name, List<String> columns, boolean positive)
      throws IOException {
    SeriesReader reader = new SeriesReader(name, columns, positive);
    CsvTensors.forEachRow(in, name, reader::add);
    if (reader.rows.isEmpty()) {
      throw new IOException(name + ": expected rows of numbers, found none");
    }
    List<String> names = IntStream.of(reader.chosen).mapToObj(reader.header::get).toList();
    List<String> others =
        IntStream.range(0, reader.header.size())
            .filter(k -> !reader.isChosen(k))
            .mapToObj(reader.header::get)
            .toList();
    return new Series(names, others, reader.times, reader.rows.toArray(double[][]::new));
  }

  private void add(CsvRecord record) throws IOException {
    if (header == null) {
      requireCommas(record);
      List<String> cells =
          record.getFields().stream().map(Text::oneLine).map(String::strip).toList();
      boolean names = CsvTensors.isHeader(record);
      header =
          names ? cells : IntStream.rangeClosed(1, cells.size()).mapToObj(String::valueOf).toList();
      if (names) {
        return;
      }
    }
    CsvTensors.requireCells(name, record, header.size());
    if (chosen == null) {
      chosen = asked.isEmpty() ? numeric(record) : byName();
      requireNamesOnce();
      time = IntStream.range(0, header.size()).filter(k -> !isChosen(k)).findFirst().orElse(-1);
    }
    times.add(time < 0 ? Integer.toString(rows.size() + 1) : record.getField(time));
    double[] row = new double[chosen.length];
    for (int k = 0; k < row.length; k++) {
      row[k] = number(record, chosen[k]);
    }
    rows.add(row);
  }

  private void requireCommas(CsvRecord first) throws IOException {
    for (String other : List.of(";", "\t")) {
      if (first.getFieldCount() == 1 && first.getField(0).contains(other)) {
        throw CsvTensors.bad(
            name, first, "", "cells separated by commas", Text.quote(first.getField(0)));
      }
    }
  }

  private void requireNamesOnce() throws IOException {
    for (int column : chosen) {
      String named = header.get(column);
      if (header.indexOf(named) != header.lastIndexOf(named)) {
        throw new IOException(name + ": two columns are called " + Text.quote(named));
      }
    }
  }

  private boolean isChosen(int column) {
    return IntStream.of(chosen).anyMatch(k -> k == column);
  }

  private int[] numeric(CsvRecord record) throws IOException {
    int[] found =
        IntStream.range(0, header.size())
            .filter(k -> Numbers.parseDouble(record.getField(k)).isPresent())
            .toArray();
    if (found.length == 0) {
      String cells = Text.quote(String.join(",", record.getFields()));
      throw CsvTensors.bad(name, record, "", "a number in at least one column", "none in " + cells);
    }
    return found;
  }

  private int[] byName() throws IOException {
    int[] found = new int[asked.size()];
    for (int k = 0; k < found.length; k++) {
      found[k] = header.indexOf(asked.get(k));
      if (found[k] < 0) {
        throw new IOException(
            name + ": expected a column " + Text.quote(asked.get(k)) + ", found " + quoted(header));
      }
    }
    return found;
  }

  private static String quoted(List<String> names) {
    return names.stream().map(Text::quote).collect(Collectors.joining(", "));
  }

  private double number(CsvRecord record, int column) throws IOException {
    String cell = record.getField(column);
    Optional<Double> value = Numbers.parseDouble(cell).filter(Double::isFinite);
    String where = ", column " + Text.quote(header.get(column));
    if (value.isEmpty()) {
      String gap = cell.isBlank() ? " (fill the gap, or leave the row out)" : "";
      throw CsvTensors.bad(name, record, where, "a finite number", Text.quote(cell) + gap);
    }
    if (positive && value.get() <= 0) {
      throw CsvTensors.bad(name, record, where, "a number above 0 for --log", Text.quote(cell));
    }
    return value.get();
  }
}
