package io.github.lstm4j.cli.training;

import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** Answers input with a trained network. */
public interface Predictor {
  /** Returns what serves a model of its kind. */
  static Predictor of(ModelFile model, Network network) throws IOException {
    String kind = model.get("kind");
    return switch (kind) {
      case ForecastTask.KIND -> new ForecastPredictor(model, network);
      case ClassifyTask.KIND -> new TextPredictor(model, network, new LabelLines(model));
      case TagTask.KIND -> new TextPredictor(model, network, new TagLines(model));
      default ->
          throw model.mismatch("a model of kind forecast, classify or tag", Text.quote(kind));
    };
  }

  /**
   * Reads to the end, and answers.
   *
   * @param name what messages call the input
   */
  void predict(InputStream in, String name, PrintStream out) throws IOException;
}
