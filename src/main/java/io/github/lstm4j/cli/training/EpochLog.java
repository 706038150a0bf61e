package io.github.lstm4j.cli.training;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.internal.files.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of every epoch, and the CSV file that holds them. */
final class EpochLog {
  private static final List<String> COLUMNS =
      List.of("epoch", "training_loss", "validation_loss", "learning_rate", "seconds");

  /**
   * One epoch.
   *
   * @param epoch from 1
   * @param metrics the task's own figures on the validation part, name to value
   */
  record Row(
      int epoch,
      double trainingLoss,
      double validationLoss,
      double learningRate,
      double seconds,
      Map<String, Double> metrics) {}

  private final Path file;
  private final List<Row> rows = new ArrayList<>();
  private List<String> header;

  EpochLog(Path file) {
    this.file = file;
  }

  List<Row> rows() {
    return rows;
  }

  /** Adds an epoch and writes the file anew, in one step. */
  void add(Row row) throws IOException {
    rows.add(row);
    List<String[]> table = new ArrayList<>();
    List<String> names = new ArrayList<>(COLUMNS);
    names.addAll(row.metrics().keySet());
    table.add(names.toArray(String[]::new));
    rows.forEach(r -> table.add(cells(r)));
    OutputFile.writeStream(file, out -> CsvTensors.writeRows(out, table));
  }

  private static String[] cells(Row row) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(row.epoch));
    cells.add(Double.toString(row.trainingLoss));
    cells.add(Double.toString(row.validationLoss));
    cells.add(Double.toString(row.learningRate));
    cells.add(Double.toString(row.seconds));
    row.metrics.values().forEach(value -> cells.add(Double.toString(value)));
    return cells.toArray(String[]::new);
  }

  /** Reads the epochs of an earlier run, up to the one that it is resumed after. */
  void read(int epochs) throws IOException {
    if (epochs == 0) {
      return;
    }
    if (!Files.exists(file)) {
      throw new IOException(
          file + ": expected the log of " + Text.count(epochs, "epoch") + ", found no such file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      CsvTensors.forEachRow(in, file.toString(), record -> read(record, epochs));
    }
    if (rows.size() != epochs) {
      throw new IOException(
          file + ": expected the first " + Text.count(epochs, "epoch") + ", found " + rows.size());
    }
  }

  private void read(CsvRecord record, int epochs) throws IOException {
    if (header == null) {
      header = record.getFields();
      return;
    }
    try {
      List<String> cells = record.getFields();
      Map<String, Double> metrics = new LinkedHashMap<>();
      for (int k = COLUMNS.size(); k < header.size(); k++) {
        metrics.put(header.get(k), Double.valueOf(cells.get(k)));
      }
      int epoch = Integer.parseInt(cells.get(0));
      if (epoch <= epochs) {
        double[] figures = new double[COLUMNS.size()];
        for (int k = 1; k < figures.length; k++) {
          figures[k] = Double.parseDouble(cells.get(k));
        }
        rows.add(new Row(epoch, figures[1], figures[2], figures[3], figures[4], metrics));
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      String line = ": line " + record.getStartingLineNumber();
      throw new IOException(
          file + line + ": expected the figures of an epoch: " + e.getMessage(), e);
    }
  }
}
