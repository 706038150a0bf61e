package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.CsvTensors;
import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Forecasts the rows behind the end of a series. */
final class ForecastPredictor implements Predictor {
  private final ForecastSetup setup;
  private final Network network;

  ForecastPredictor(ModelFile model, Network network) throws IOException {
    setup = ForecastSetup.of(model);
    this.network = network;
  }

  @Override
  public void predict(InputStream in, String name, PrintStream out) throws IOException {
    Series series = SeriesReader.read(in, name, setup.columns(), setup.scaling().log());
    if (series.rows() < setup.window()) {
      throw new IOException(
          name
              + ": expected at least "
              + Text.count(setup.window(), "row")
              + ", as many as the model reads, found "
              + series.rows());
    }
    Windows windows = setup.windows(series);
    int start = series.rows() - setup.window();
    Batch batch = Batch.of(new int[] {start}, k -> setup.window());
    FloatBuffer answers = network.forward(batch, windows.inputs(batch)).data();
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"step", "target", "predicted"});
    for (int k = 0; k < windows.answers(); k++) {
      double forecast = setup.forecast(windows, start, k, answers.get(k));
      String step = Integer.toString(k / setup.targets().size() + 1);
      String target = setup.columns().get(windows.column(k));
      rows.add(new String[] {step, target, setup.text(windows, k, forecast)});
    }
    CsvTensors.writeRows(out, rows);
  }
}
