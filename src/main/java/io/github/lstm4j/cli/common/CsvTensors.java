package io.github.lstm4j.cli.common;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifier;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.github.lstm4j.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One sequence as CSV: a row is a time step, a cell is a feature, separated by commas. A first row
 * without a single number is a header, and empty lines do not count.
 */
public final class CsvTensors {
  private static final int MAX_COLUMNS = 1 << 20;
  private static final int MAX_CELL = 1 << 10;
  private static final int MAX_ROW = 1 << 24;
  private static final byte[] BYTE_ORDER_MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

  private CsvTensors() {}

  /** What is done with each row; empty lines are no rows. */
  public interface Row {
    void read(CsvRecord record) throws IOException;
  }

  /** Whether a first row names columns: it holds a name, and no number, however large. */
  public static boolean isHeader(CsvRecord first) {
    return !first.getFields().stream().allMatch(String::isBlank)
        && first.getFields().stream().noneMatch(Numbers::isNumber);
  }

  /**
   * Refuses a row that has not as many cells as the first.
   *
   * @param name what messages call the file
   */
  public static void requireCells(String name, CsvRecord record, int count) throws IOException {
    if (record.getFieldCount() != count) {
      String expected = Text.count(count, "cell") + " as in the first row";
      throw bad(name, record, "", expected, Integer.toString(record.getFieldCount()));
    }
  }

  /** What is wrong with a row, or with the place in it that {@code where} names. */
  public static IOException bad(
      String name, CsvRecord record, String where, String expected, String found) {
    String line = ": line " + record.getStartingLineNumber();
    return new IOException(name + line + where + ": expected " + expected + ", found " + found);
  }

  /**
   * Reads {@code [T, I]}.
   *
   * @param name what messages call the stream
   * @throws IOException if a row has another number of cells than the first, a cell is not a
   *     number, or there are no rows
   */
  public static Tensor read(InputStream in, String name) throws IOException {
    CsvRows rows = new CsvRows(name);
    forEachRow(in, name, rows::add);
    return rows.toTensor();
  }

  /**
   * Reads row after row; a byte order mark is skipped.
   *
   * @param name what messages call the stream
   * @throws IOException if the stream is not CSV in UTF-8, or a cell or row is too large
   */
  public static void forEachRow(InputStream in, String name, Row row) throws IOException {
    CsvRecordHandler cells =
        CsvRecordHandler.builder()
            .maxFields(MAX_COLUMNS)
            .maxFieldSize(MAX_CELL)
            .maxRecordSize(MAX_ROW)
            .fieldModifier(new Decoding())
            .build();
    try (CsvReader<CsvRecord> records =
        CsvReader.builder()
            .allowUnclosedQuote(false) // which would swallow all rows behind it
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE) // rows are counted elsewhere
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .build(cells, withoutByteOrderMark(in), StandardCharsets.ISO_8859_1)) {
      for (CsvRecord record : records) {
        row.read(record);
      }
    } catch (CsvParseException e) {
      if (e.getCause() instanceof UncheckedIOException refused) {
        throw new IOException(name + ": " + refused.getCause().getMessage(), e);
      }
      String cause = e.getCause() == null ? "" : ": " + e.getCause().getMessage();
      throw new IOException(name + ": " + e.getMessage() + cause, e);
    } catch (UncheckedIOException e) {
      throw new IOException(name + ": " + e.getCause().getMessage(), e);
    }
  }

  /** Makes text of the bytes of each cell, before its length is looked at. */
  private static final class Decoding implements FieldModifier {
    @Override
    public String modify(long line, int field, boolean quoted, String bytes) {
      try {
        return Utf8.decode(bytes);
      } catch (CharacterCodingException e) {
        String where = "line " + line + ", column " + (field + 1);
        throw new UncheckedIOException(
            new IOException(where + ": expected text in UTF-8, found other bytes", e));
      }
    }
  }

  /** Skips what some editors put before the first character. */
  private static InputStream withoutByteOrderMark(InputStream in) throws IOException {
    InputStream bytes = new BufferedInputStream(in); // which can go back
    bytes.mark(BYTE_ORDER_MARK.length);
    if (!Arrays.equals(bytes.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      bytes.reset();
    }
    return bytes;
  }

  /**
   * Writes rows of cells.
   *
   * @param out not closed
   */
  public static void writeRows(OutputStream out, Iterable<String[]> rows) throws IOException {
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
  public static void write(OutputStream out, Tensor tensor) throws IOException {
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
