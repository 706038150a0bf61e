package io.github.lstm4j.examples.longmemory;

import java.util.List;
import java.util.Locale;

/** The numbers as text: the same bytes for the same numbers, on every platform. */
final class Csv {
  private Csv() {}

  static String gradients(List<GradientNorms> all) {
    StringBuilder csv = new StringBuilder("network,distance,low,median,high\n");
    for (GradientNorms norms : all) {
      for (int k = 0; k < norms.median().length; k++) {
        line(csv, norms.name(), k, norms.low()[k], norms.median()[k], norms.high()[k]);
      }
    }
    return csv.toString();
  }

  static String adding(List<Curve> curves) {
    StringBuilder csv = new StringBuilder("network,T,rate,seed,updates,held_out_error\n");
    for (Curve curve : curves) {
      Curve.Run run = curve.run();
      for (Curve.Point point : curve.points()) {
        line(
            csv,
            run.variant().name(),
            run.length(),
            Double.toString(run.rate()),
            run.seed(),
            point.updates(),
            point.error());
      }
    }
    return csv.toString();
  }

  private static void line(StringBuilder csv, Object... values) {
    for (int k = 0; k < values.length; k++) {
      String format = values[k] instanceof Double ? "%.6e" : "%s";
      csv.append(k == 0 ? "" : ",").append(String.format(Locale.ROOT, format, values[k]));
    }
    csv.append('\n');
  }
}
