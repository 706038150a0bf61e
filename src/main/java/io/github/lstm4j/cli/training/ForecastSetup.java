package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.Numbers;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a series a network reads and forecasts, and in which units.
 *
 * @param columns the columns that are read, by name
 * @param targets those that are forecast
 * @param window rows that are read for one forecast
 * @param horizon rows that are forecast
 * @param scaling from the series' units to the network's
 */
public record ForecastSetup(
    List<String> columns, List<String> targets, int window, int horizon, Scaling scaling) {

  /** The windows of a series that has these columns, in this order. */
  Windows windows(Series series) {
    int[] indices = targets.stream().mapToInt(columns::indexOf).toArray();
    return new Windows(scaling.apply(series), window, horizon, indices);
  }

  /** What one answer forecasts, in the series' units. */
  double forecast(Windows windows, int start, int answer, float value) {
    return scaling.invert((double) windows.last(start, answer) + value, windows.column(answer));
  }

  /** A forecast as text, to the digits that a network of float32 can tell. */
  String text(Windows windows, int answer, double forecast) {
    return Numbers.format(forecast, scaling.unit(forecast, windows.column(answer)));
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("columns", String.join("\n", columns));
    metadata.put("targets", String.join("\n", targets));
    metadata.put("window", Integer.toString(window));
    metadata.put("horizon", Integer.toString(horizon));
    metadata.put("log", Boolean.toString(scaling.log()));
    metadata.put("mean", Scaling.toText(scaling.mean()));
    metadata.put("deviation", Scaling.toText(scaling.deviation()));
    return metadata;
  }

  /** Reads what {@link #toMetadata} wrote, and checks that it fits together and to the network. */
  static ForecastSetup of(ModelFile model) throws IOException {
    Scaling scaling =
        new Scaling(
            Boolean.parseBoolean(model.get("log")),
            model.numbers("mean"),
            model.numbers("deviation"));
    ForecastSetup setup =
        new ForecastSetup(
            model.list("columns"),
            model.list("targets"),
            model.positive("window"),
            model.positive("horizon"),
            scaling);
    int columns = setup.columns.size();
    model.require(
        scaling.mean().length == columns && scaling.deviation().length == columns,
        columns + " means and deviations, one per column",
        scaling.mean().length + " and " + scaling.deviation().length);
    model.require(
        Arrays.stream(scaling.deviation()).allMatch(deviation -> deviation > 0),
        "deviations above 0",
        Arrays.toString(scaling.deviation()));
    model.require(
        setup.columns.containsAll(setup.targets),
        "targets among the columns " + setup.columns,
        setup.targets);
    model.require(
        model.shape().lstm().inputSize() == columns
            && model.shape().answers() == (long) setup.horizon * setup.targets.size()
            && model.shape().vocabulary() == 0,
        "sizes that fit "
            + columns
            + " columns, "
            + setup.targets.size()
            + " targets and horizon "
            + setup.horizon,
        model.shape());
    return setup;
  }
}
