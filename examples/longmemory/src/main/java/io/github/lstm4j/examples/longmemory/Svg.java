package io.github.lstm4j.examples.longmemory;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes charts of lines as one SVG file, one above the other. Its text is text, so the file is
 * small, and its bytes depend on the numbers alone and on no font of the machine.
 */
final class Svg {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int PLOT_WIDTH = 640;
  private static final int PLOT_HEIGHT = 300;

  private final StringBuilder text = new StringBuilder();
  private final int charts;
  private int done;

  /** Begins a file of some charts. */
  Svg(int charts) {
    this.charts = charts;
    put("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'", WIDTH, HEIGHT * charts);
    put(" font-family='sans-serif' font-size='13'>%n");
    put("<rect width='100%%' height='100%%' fill='white'/>%n");
  }

  /** Adds a chart. Titles, labels and colours are plain words. */
  void chart(String title, Axis x, Axis y, List<Line> lines) {
    put("<g transform='translate(%d %d)'>%n", LEFT, TOP + HEIGHT * done++);
    put("<text x='%d' y='-16' font-size='16' text-anchor='middle'>", PLOT_WIDTH / 2);
    put("%s</text>%n", title);
    axes(x, y);
    // An svg inside of an svg shows nothing beyond its own size.
    put("<svg width='%d' height='%d' fill='none' stroke-width='1.6'>%n", PLOT_WIDTH, PLOT_HEIGHT);
    for (Line line : lines) {
      put("<polyline %s points='", stroke(line));
      for (int k = 0; k < line.x().length; k++) {
        double across = PLOT_WIDTH * x.place(line.x()[k]);
        put("%.1f,%.1f ", across, PLOT_HEIGHT * (1 - y.place(line.y()[k])));
      }
      put("'/>%n");
    }
    put("</svg>%n");
    legend(lines);
    put("</g>%n");
  }

  private void axes(Axis x, Axis y) {
    for (int k = 0; k < x.ticks(); k++) {
      double at = PLOT_WIDTH * x.tickPlace(k);
      put("<path d='M%.1f 0V%d' stroke='#e4e4e4'/>", at, PLOT_HEIGHT);
      put("<text x='%.1f' y='%d' text-anchor='middle'>", at, PLOT_HEIGHT + 18);
      put("%s</text>%n", x.label(k));
    }
    for (int k = 0; k < y.ticks(); k++) {
      double at = PLOT_HEIGHT * (1 - y.tickPlace(k));
      put("<path d='M0 %.1fH%d' stroke='#e4e4e4'/>", at, PLOT_WIDTH);
      put("<text x='-6' y='%.1f' text-anchor='end'>%s</text>%n", at + 4, y.label(k));
    }
    put("<path d='M0 0V%dH%d' stroke='black' fill='none'/>%n", PLOT_HEIGHT, PLOT_WIDTH);
    put("<text x='%d' y='%d' text-anchor='middle'>", PLOT_WIDTH / 2, PLOT_HEIGHT + 38);
    put("%s</text>%n", x.title());
    put("<text transform='translate(-52 %d) rotate(-90)'", PLOT_HEIGHT / 2);
    put(" text-anchor='middle'>%s</text>%n", y.title());
  }

  private void legend(List<Line> lines) {
    Map<String, Line> labels = new LinkedHashMap<>();
    lines.forEach(line -> labels.putIfAbsent(line.label(), line));
    int at = 10;
    for (Line line : labels.values()) {
      int left = PLOT_WIDTH + 16;
      put("<path d='M%d %dh30' stroke-width='2' %s/>", left, at, stroke(line));
      put("<text x='%d' y='%d'>%s</text>%n", left + 36, at + 4, line.label());
      at += 20;
    }
  }

  private static String stroke(Line line) {
    String dash = line.dash().isEmpty() ? "" : " stroke-dasharray='" + line.dash() + "'";
    return "stroke='" + line.colour() + "'" + dash;
  }

  /** Returns the file. */
  String end() {
    if (done != charts) {
      throw new IllegalStateException("expected " + charts + " charts, got " + done);
    }
    return text + "</svg>\n";
  }

  private void put(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values));
  }
}
