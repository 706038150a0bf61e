package io.github.lstm4j.examples.longmemory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two pictures, as SVG: RNNs in warm colours, LSTMs in cold ones. */
final class Charts {
  /** The exponent of ten below which a gradient is not drawn: nothing trains on it. */
  private static final int FAINTEST = -20;

  private static final String[] WARM = {"#7f2704", "#e6550d", "#fdae6b", "#d4b400", "#e04080"};
  private static final String[] COLD = {"#08306b", "#2171b5", "#41b6c4", "#238b45"};
  private static final String[] DASHES = {"", "7 4", "2 3"};

  private final Report report;
  private final List<String> names;

  Charts(Report report) {
    this.report = report;
    names = report.before().stream().map(GradientNorms::name).toList();
  }

  /** The medians against the distance, on a logarithmic scale: before training and after it. */
  String gradients() {
    Svg svg = new Svg(2);
    gradients(svg, "Gradient before training", report.before());
    gradients(svg, "Gradient after training on the adding problem", report.after());
    return svg.end();
  }

  private void gradients(Svg svg, String title, List<GradientNorms> all) {
    List<Line> lines = new ArrayList<>();
    double largest = 1;
    for (GradientNorms norms : all) {
      double[] medians = visible(norms.median());
      double[] distances = new double[medians.length];
      for (int k = 0; k < medians.length; k++) {
        distances[k] = k;
        largest = Math.max(largest, medians[k]);
      }
      lines.add(new Line(norms.name(), colour(norms.name()), "", distances, medians));
    }
    int length = all.get(0).median().length;
    Axis x = new Axis("distance T - t", 0, length, length / 8.0, false);
    double top = 5 * Math.ceil(Math.log10(largest) / 5);
    Axis y = new Axis("norm for x_t / norm for x_T", FAINTEST, top, 5, true);
    svg.chart(title, x, y, lines);
  }

  /** Up to the first that is too faint. */
  private static double[] visible(double[] medians) {
    int count = 0;
    while (count < medians.length && medians[count] >= Math.pow(10, FAINTEST)) {
      count++;
    }
    return Arrays.copyOf(medians, count);
  }

  /** Held-out errors against the updates, one chart for each length. */
  String adding() {
    Settings settings = report.settings();
    Svg svg = new Svg(settings.lengths().size());
    for (int length : settings.lengths()) {
      List<Curve> ours = report.curves().stream().filter(c -> c.run().length() == length).toList();
      List<Line> lines = new ArrayList<>();
      double[] ends = {0, settings.updates()};
      double[] level = {AddingProblem.BASELINE, AddingProblem.BASELINE};
      lines.add(new Line("always 1", "#808080", "", ends, level));
      for (Curve curve : ours) {
        Curve.Run run = curve.run();
        String name = run.variant().name();
        double[] updates = curve.points().stream().mapToDouble(Curve.Point::updates).toArray();
        double[] errors = curve.points().stream().mapToDouble(Curve.Point::error).toArray();
        String dash = DASHES[settings.rates().indexOf(run.rate()) % DASHES.length];
        String label = name + ", rate " + run.rate();
        lines.add(new Line(label, colour(name), dash, updates, errors));
      }
      Axis x = new Axis("updates", 0, settings.updates(), settings.updates() / 5.0, false);
      Axis y = new Axis("held-out mean squared error", 0, 0.3, 0.05, false);
      svg.chart("The adding problem, T = " + length, x, y, lines);
    }
    return svg.end();
  }

  /** The same for a network in all charts. */
  private String colour(String name) {
    String kind = name.substring(0, name.indexOf(' '));
    String[] colours = kind.equals("RNN") ? WARM : COLD;
    return colours[names.stream().filter(n -> n.startsWith(kind)).toList().indexOf(name)];
  }
}
