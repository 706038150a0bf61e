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

/**
 * One sequence as CSV: a row is a time step, a cell is a feature, separated by commas. A first row
 * without a single number is a header, and empty lines do not count.
 */
final class CsvTensors {
  private static final int MAX_COLUMNS = 1 << 20;
  private static final int MAX_CELL = 1 << 10;
  private static final int MAX_ROW = 1 << 24;

  private CsvTensors() {}

  /**
   * Reads {@code [T, I]}.
   *
   * @param name what messages call the stream
   * @throws IOException if a row has another number of cells than the first, a cell is not a
   *     number, or there are no rows
   */
  static Tensor read(InputStream in, String name) throws IOException {
    CsvRecordHandler limits =
        CsvRecordHandler.builder()
            .maxFields(MAX_COLUMNS)
            .maxFieldSize(MAX_CELL)
            .maxRecordSize(MAX_ROW)
            .build();
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .detectBomHeader(true)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // CsvRows counts, and says more
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .build(limits, in, StandardCharsets.UTF_8)) {
      CsvRows rows = new CsvRows(name);
      for (CsvRecord record : records) {
        rows.add(record);
      }
      return rows.toTensor();
    } catch (CsvParseException e) {
      String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new IOException(name + ": " + e.getMessage() + cause, e);
    } catch (UncheckedIOException e) {
      throw new IOException(name + ": " + e.getCause().getMessage(), e);
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
    String[] cells = new String[tensor.dim(1)];
    CsvWriter csv =
        CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out, StandardCharsets.UTF_8);
    try {
      for (int row = 0; row < tensor.dim(0); row++) {
        for (int k = 0; k < cells.length; k++) {
          cells[k] = Numbers.format(data.get());
        }
        csv.writeRecord(cells);
      }
      csv.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
