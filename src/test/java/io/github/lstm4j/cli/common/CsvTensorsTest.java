package io.github.lstm4j.cli.common;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.lstm4j.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTensorsTest {
  private static Tensor read(String text) throws IOException {
    return CsvTensors.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "in.csv");
  }

  private static String refused(InputStream in) {
    return assertThrows(IOException.class, () -> CsvTensors.read(in, "in.csv")).getMessage();
  }

  @Test
  void rowsAreTimeSteps() throws IOException {
    Tensor tensor = read("1,2\r\n\"3\", -4.5e-3 \n\n+.5,6.");
    assertArrayEquals(new int[] {3, 2}, tensor.shape());
    assertArrayEquals(new float[] {1, 2, 3, -4.5e-3f, .5f, 6}, tensor.toArray());
  }

  @Test
  void aRowWithoutNumbersIsAHeaderAtTheTopOnly() throws IOException {
    assertArrayEquals(new int[] {1, 2}, read("\uFEFFmonth,passengers\n1,2\n").shape());
    assertArrayEquals(new int[] {2, 1}, read("1949\n1950\n").shape());
    String message = refused(new ByteArrayInputStream("1,2\na,b\n".getBytes()));
    assertEquals("in.csv: line 2, column 1: expected a float32 number, found 'a'", message);
  }

  @Test
  void everyFloatComesBack() throws IOException {
    float[] values = {
      Float.MIN_VALUE,
      -Float.MAX_VALUE,
      0.1f,
      -0f,
      1e-40f,
      16777217f,
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      (float) Math.PI
    };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CsvTensors.write(out, Tensor.of(values, 2, 5));
    assertArrayEquals(values, read(out.toString(StandardCharsets.UTF_8)).toArray());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                 | expected one row of numbers per time step, found nothing",
        "'a,b\n'            | found no number",
        "'1,2\n3\n'         | line 2: expected 2 cells as in the first row, found 1",
        "'1,2\n3,4,5\n'     | line 2: expected 2 cells as in the first row, found 3",
        "'1,\n'             | line 1, column 2: expected a float32 number",
        "',\n1,2\n'         | line 1, column 1: expected a float32 number",
        "'a,1e39\n1,2\n'    | line 1, column 1: expected a float32 number",
        "'1e999\n1\n'       | line 1, column 1: expected a float32 number",
        "'1,2\n\n3,1e99\n'  | line 3, column 2: expected a float32 number, found",
        "'1,0x1p3\n'        | column 2",
        "'1,2f\n'           | column 2",
        "'1,1 2\n'          | column 2",
        "'1949-01,112\n'    | line 1, column 1"
      })
  void whatIsWrongIsSaidWithItsPlace(String text, String expected) {
    String message = refused(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertTrue(message.startsWith("in.csv: ") && message.contains(expected), message);
  }

  @Test
  void textIsUtf8() throws IOException {
    String cell = "漢".repeat(1024); // as long as a cell may be
    String csv = "\uFEFF\"größe\",\"a,\"\"\nb\"," + cell + "\n1,2,3\n";
    List<List<String>> rows = new ArrayList<>();
    CsvTensors.forEachRow(
        new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
        "in.csv",
        record -> rows.add(record.getFields()));
    assertEquals(List.of(List.of("größe", "a,\"\nb", cell), List.of("1", "2", "3")), rows);
  }

  @Test
  void otherBytesThanUtf8AreRefused() {
    byte[] latin = "time,load\n1,2\nMärz,3\n".getBytes(StandardCharsets.ISO_8859_1);
    List<CsvRecord> rows = new ArrayList<>();
    String message =
        assertThrows(
                IOException.class,
                () -> CsvTensors.forEachRow(new ByteArrayInputStream(latin), "in.csv", rows::add))
            .getMessage();
    assertEquals("in.csv: line 3, column 1: expected text in UTF-8, found other bytes", message);
    assertEquals(2, rows.size());
    byte[] utf16 = "\uFEFF1,2\n".getBytes(StandardCharsets.UTF_16LE);
    assertTrue(
        refused(new ByteArrayInputStream(utf16)).contains("line 1, column 1: expected text"));
  }

  /** It would take all rows behind it for one cell. */
  @Test
  void aQuoteThatIsNeverClosedIsRefusedAtItsLine() {
    byte[] csv = "1,2\n3,\"4\n5,6\n".getBytes(StandardCharsets.UTF_8);
    String message = refused(new ByteArrayInputStream(csv));
    assertTrue(
        message.contains("in.csv: Unclosed quoted field") && message.contains("line 2"), message);
  }

  @Test
  void hugeCellsRowsAndBinaryDataAreRefusedQuickly() {
    byte[] digits = new byte[100 << 20];
    Arrays.fill(digits, (byte) '1');
    assertTrue(refused(new ByteArrayInputStream(digits)).contains("in.csv: "));
    byte[] commas = new byte[100 << 20];
    Arrays.fill(commas, (byte) ',');
    assertTrue(refused(new ByteArrayInputStream(commas)).contains("in.csv: "));
    byte[] quote = new byte[100 << 20];
    Arrays.fill(quote, (byte) '\n');
    quote[0] = '"';
    assertTrue(refused(new ByteArrayInputStream(quote)).contains("in.csv: "));
    assertTrue(refused(new ByteArrayInputStream(new byte[4096])).contains("in.csv: "));
  }
}
