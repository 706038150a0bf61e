package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Numbers;
import io.github.lstm4j.train.CrossEntropy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code label TAB probability} for each text. */
final class LabelLines implements TextPredictor.AnswerLines {
  private final Vocabulary labels;

  LabelLines(ModelFile model) throws IOException {
    labels = model.labels();
  }

  @Override
  public List<String> of(Batch batch, List<List<String>> texts, Tensor answers) {
    CrossEntropy.probabilities(answers, answers);
    int[] best = Answers.best(answers);
    List<String> lines = new ArrayList<>();
    for (int k = 0; k < best.length; k++) {
      lines.add(labels.get(best[k]) + "\t" + Numbers.format(answers.get(k, best[k])));
    }
    return lines;
  }
}
