package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Text;
import io.github.lstm4j.cli.common.TextLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Answers lines of text with a line each, many at a time; an empty line with an empty one. */
final class TextPredictor implements Predictor {
  private static final int LINES = 256;

  /** Tokens that are answered at once, unless one line has more. */
  private static final int TOKENS = 1 << 16;

  /** Those times the network's width, which the memory of a batch grows with. */
  private static final int FLOATS = 1 << 24;

  private final TokenKind kind;
  private final Vocabulary vocabulary;
  private final Network network;
  private final AnswerLines lines;

  /** Turns a network's answers into lines. */
  interface AnswerLines {
    /**
     * Answers a batch.
     *
     * @param texts the tokens of each sequence of the batch, in its order
     * @param answers may be overwritten
     * @return a line per sequence, in the batch's order
     */
    List<String> of(Batch batch, List<List<String>> texts, Tensor answers);
  }

  TextPredictor(ModelFile model, Network network, AnswerLines lines) throws IOException {
    kind = model.tokens();
    vocabulary = Vocabulary.ofText(model.get("vocabulary"));
    model.require(
        vocabulary.size() == model.shape().vocabulary()
            && vocabulary.get(0).equals(Vocabulary.UNKNOWN),
        "a vocabulary of " + model.shape().vocabulary() + " with " + Vocabulary.UNKNOWN + " first",
        vocabulary.size() + " with " + Text.quote(vocabulary.get(0)));
    this.network = network;
    this.lines = lines;
  }

  @Override
  public void predict(InputStream in, String name, PrintStream out) throws IOException {
    TextLines text = new TextLines(in, name);
    List<List<String>> waiting = new ArrayList<>();
    int width = Math.max(network.shape().lstm().inputSize(), network.shape().lstm().hiddenSize());
    int most = Math.min(TOKENS, FLOATS / width);
    long longest = network.shape().mostElements();
    long held = 0;
    try {
      for (String line = text.next(); line != null; line = text.next()) {
        List<String> tokens = tokens(line);
        if (tokens.size() > longest) {
          throw text.bad(
              "at most " + longest + " tokens for this model", Integer.toString(tokens.size()));
        }
        if (waiting.size() == LINES || held + tokens.size() > most) {
          answer(waiting, out);
          held = 0;
        }
        waiting.add(tokens);
        held += tokens.size();
        if (text.mustWait()) { // who types a line waits for its answer
          answer(waiting, out);
          held = 0;
        }
        if (waiting.size() <= 1 && out.checkError()) { // lines were answered
          return; // and nobody reads any more
        }
      }
    } catch (IOException e) {
      answer(waiting, out); // the lines before are as good as ever
      throw e;
    }
    answer(waiting, out);
  }

  /** As in training data, where blanks are no tokens of a sequence with labels. */
  private List<String> tokens(String line) {
    List<String> tokens = kind.split(line);
    return network.shape().everyStep()
        ? tokens.stream().filter(token -> !token.isBlank()).toList()
        : tokens;
  }

  /** Answers the lines that wait, and forgets them. */
  private void answer(List<List<String>> texts, PrintStream out) {
    String[] answers = new String[texts.size()];
    Arrays.fill(answers, "");
    Sequences sequences = Sequences.of(texts, vocabulary);
    int[] filled =
        IntStream.range(0, answers.length).filter(k -> sequences.length(k) > 0).toArray();
    if (filled.length > 0) {
      Batch batch = Batch.of(filled, sequences::length);
      List<List<String>> ordered = Arrays.stream(batch.examples()).mapToObj(texts::get).toList();
      Tensor logits = network.forward(batch, sequences.packed(batch));
      List<String> found = lines.of(batch, ordered, logits);
      for (int k = 0; k < batch.count(); k++) {
        answers[batch.examples()[k]] = found.get(k);
      }
    }
    for (String line : answers) {
      // As bytes: the stream itself may speak another language than UTF-8.
      out.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    out.flush();
    texts.clear();
  }
}
