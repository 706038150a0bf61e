package io.github.lstm4j.cli;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One sequence as CSV: a row is a time step, a cell is a feature, separated by commas. A first row
 * without a single number is a header, and empty lines do not count.
 */
final class CsvTensors {
  private static final int MAX_COLUMNS = 1 << 20;
  private static final int MAX_CELL = 1 << 10;
  private static final int MAX_ROW = 1 << 24;

  private CsvTensors() {}

  /** What is done with each row; empty lines are no rows. */
  interface Row {
    void read(CsvRecord record) throws IOException;
  }

  /**
   * Reads {@code [T, I]}.
   *
   * @param name what messages call the stream
   * @throws IOException if a row has another number of cells than the first, a cell is not a
   *     number, or there are no rows
   */
  static Tensor read(InputStream in, String name) throws IOException {
    CsvRows rows = new CsvRows(name);
    forEachRow(in, name, rows::add);
    return rows.toTensor();
  }

  /**
   * Reads row after row; a byte order mark is skipped.
   *
   * @param name what messages call the stream
   * @throws IOException if the stream is not CSV, or a cell or row is too large
   */
  static void forEachRow(InputStream in, String name, Row row) throws IOException {
    CsvRecordHandler limits =
        CsvRecordHandler.builder()
            .maxFields(MAX_COLUMNS)
            .maxFieldSize(MAX_CELL)
            .maxRecordSize(MAX_ROW)
            .build();
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .detectBomHeader(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // rows are counted elsewhere
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .build(limits, in, StandardCharsets.UTF_8)) {
      for (CsvRecord record : records) {
        row.read(record);
      }
    } catch (CsvParseException e) {
      String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new IOException(name + ": " + e.getMessage() + cause, e);
    } catch (UncheckedIOException e) {
      throw new IOException(name + ": " + e.getCause().getMessage(), e);
    }
  }

  /**
   * Writes rows of cells.
   *
   * @param out not closed
   */
  static void writeRows(OutputStream out, Iterable<String[]> rows) throws IOException {
    CsvWriter csv =
        CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out, StandardCharsets.UTF_8);
    try {
      rows.forEach(csv::writeRecord);
      csv.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Writes {@code [T, X]} without a header, each number with as many digits as bring the same
   * float32 back.
   *
   * @param out not closed
   */
  static void write(OutputStream out, Tensor tensor) throws IOException {
    FloatBuffer data = tensor.data();
    Stream<String[]> rows =
        IntStream.range(0, tensor.dim(0)).mapToObj(row -> cells(data, tensor.dim(1)));
    writeRows(out, rows::iterator);
  }

  private static String[] cells(FloatBuffer data, int count) {
    String[] cells = new String[count];
    for (int k = 0; k < count; k++) {
      cells[k] = Numbers.format(data.get());
    }
    return cells;
  }
}
