package io.github.lstm4j.benchmarks.study;

import io.github.lstm4j.benchmarks.Shape;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import org.apache.batik.dom.GenericDOMImplementation;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The charts of a report, as HTML images that need no other file. */
final class Charts {
  private static final int WIDTH = 1280;
  private static final int HEIGHT = 620;

  private final Summary summary;

  Charts(Summary summary) {
    this.summary = summary;
  }

  /** Arithmetic per byte of weights read, against arithmetic per second; roofs above. */
  String roofline() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Roofline of one core")
            .xAxisTitle("floating-point operations per byte of weights read")
            .yAxisTitle("GFLOP/s")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    double peak = summary.limits().fmaGflops();
    roof(chart, "L2 reads (512 KiB)", summary.limits().bandwidth(512 << 10), peak);
    roof(chart, "L3 reads (8 MiB)", summary.limits().bandwidth(8 << 20), peak);
    roof(chart, "DRAM reads (256 MiB)", summary.limits().bandwidth(256 << 20), peak);
    summary.engines().forEach(engine -> points(chart, engine));
    style(chart);
    return image(chart);
  }

  private static void roof(XYChart chart, String name, double bandwidth, double peak) {
    double[] intensity = {0.3, peak / bandwidth, 300};
    double[] rate = {0.3 * bandwidth, peak, peak};
    XYSeries series = chart.addSeries(name, intensity, rate);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(Color.GRAY);
  }

  private void points(XYChart chart, String engine) {
    List<Double> intensities = new ArrayList<>();
    List<Double> rates = new ArrayList<>();
    for (Shape shape : summary.shapes()) {
      OptionalDouble gflops = summary.gflops(engine, shape);
      if (gflops.isPresent()) {
        intensities.add(shape.flops() / Bound.of(shape, summary.limits()).bytes());
        rates.add(gflops.getAsDouble());
      }
    }
    chart.addSeries(engine, intensities, rates).setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
  }

  /** How much of the machine's bound each engine reaches. */
  String shareOfLimit() {
    return bars(
        "Share of the machine's limit, %",
        summary.engines(), (engine, shape) -> scaled(summary.shareOfLimit(engine, shape), 100));
  }

  /** How much of the FMA peak each engine's arithmetic reaches. */
  String shareOfPeak() {
    return bars(
        "Share of the FMA peak, %",
        summary.engines(), (engine, shape) -> scaled(summary.shareOfPeak(engine, shape), 100));
  }

  /** How many times faster the headline engine is than each peer. */
  String ratios() {
    return bars(
        "Time of each peer ÷ time of " + EngineSpec.HEADLINE, summary.peers(), summary::ratio);
  }

  /** Native against the JVM's own. */
  String backends() {
    return bars(
        "GFLOP/s of each backend of lstm4j",
        summary.engines().stream().filter(EngineSpec::isOurs).toList(),
        summary::gflops);
  }

  private String bars(
      String title, List<String> engines, BiFunction<String, Shape, OptionalDouble> value) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.getStyler().setXAxisLabelRotation(45);
    chart.getStyler().setAvailableSpaceFill(0.85);
    List<String> names = summary.shapes().stream().map(Shape::title).toList();
    for (String engine : engines) {
      List<Double> heights = new ArrayList<>();
      for (Shape shape : summary.shapes()) {
        heights.add(value.apply(engine, shape).orElse(0));
      }
      chart.addSeries(engine, names, heights).setFillColor(EngineColours.of(engine));
    }
    style(chart);
    return image(chart);
  }

  private static void style(Chart<?, ?> chart) {
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendBorderColor(Color.WHITE);
    chart.getStyler().setPlotBorderVisible(false);
    ((AxesChartStyler) chart.getStyler())
        .setPlotGridLinesColor(new Color(0xe4e4e4))
        .setPlotGridLinesStroke(new BasicStroke(1));
  }

  private static OptionalDouble scaled(OptionalDouble value, double factor) {
    return value.isEmpty() ? value : OptionalDouble.of(value.getAsDouble() * factor);
  }

  /** An image that stands by itself: in one page, the names inside of several would collide. */
  private static String image(Chart<?, ?> chart) {
    Document document =
        GenericDOMImplementation.getDOMImplementation()
            .createDocument(SVGGraphics2D.SVG_NAMESPACE_URI, "svg", null);
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setPrecision(2); // hundredths of a pixel; more only makes the page longer
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    Element root = graphics.getRoot();
    root.setAttribute("width", "" + chart.getWidth());
    root.setAttribute("height", "" + chart.getHeight());
    StringWriter text = new StringWriter();
    try {
      graphics.stream(root, text);
    } catch (SVGGraphics2DIOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return "<img alt=\"\" src=\"data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(bytes)
        + "\">";
  }
}
