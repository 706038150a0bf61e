package io.github.lstm4j.cli.training;

/** What came, and forecasts that need no network; all in the series' own units. */
final class NaiveForecasts {
  private final Series series;
  private final Windows windows;
  private final int season;

  /**
   * Looks at a series.
   *
   * @param season rows after which it repeats itself, at most as many as a window has; or 0
   */
  NaiveForecasts(Series series, Windows windows, int season) {
    this.series = series;
    this.windows = windows;
    this.season = season;
  }

  /** A forecast of one number, from what was known at the end of a window. */
  interface Forecast {
    double of(int start, int answer);
  }

  /** The number itself. */
  double actual(int start, int answer) {
    return value(windows.row(start, answer), answer);
  }

  /** The last number known. */
  double lastValue(int start, int answer) {
    return value(start + windows.length() - 1, answer);
  }

  /** The number one season before, or as many seasons as it takes to be known. */
  double lastSeason(int start, int answer) {
    int row = windows.row(start, answer);
    while (row >= start + windows.length()) {
      row -= season;
    }
    return value(row, answer);
  }

  private double value(int row, int answer) {
    return series.values()[row][windows.column(answer)];
  }
}
