package io.github.lstm4j.cli.training;

import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmGradients;
import io.github.lstm4j.LstmOptions;
import io.github.lstm4j.LstmParameters;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.PackedOutput;
import io.github.lstm4j.PackedSequence;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.TrainableLstm;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.Embedding;
import io.github.lstm4j.train.Linear;
import io.github.lstm4j.train.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is trained: an embedding if sequences consist of tokens, an LSTM, and a linear head. The
 * head reads the LSTM's output at every time step, or the last layer's final state, both directions
 * side by side. The result of a call is valid until the next.
 */
public final class Network implements AutoCloseable {
  private final NetworkShape shape;
  private final Embedding embedding;
  private final TrainableLstm lstm;
  private final LstmParameters gradients;
  private final Linear head;
  private final Room inputs = new Room();
  private final Room inputGradients = new Room();
  private final Room outputs = new Room();
  private final Room features = new Room();
  private final Room featureGradients = new Room();
  private final Room answers = new Room();
  private final Room[] states = {new Room(), new Room(), new Room(), new Room()};
  private int[] tokens;
  private Tensor read; // what the head read

  /**
   * Joins the layers.
   *
   * @param embedding null for a network that reads numbers
   */
  Network(
      NetworkShape shape,
      Embedding embedding,
      LstmParameters parameters,
      Linear head,
      LstmOptions options) {
    this.shape = shape;
    this.embedding = embedding;
    this.head = head;
    gradients = LstmParameters.zeros(shape.lstm());
    lstm = TrainableLstm.create(parameters, options);
  }

  /** A fresh network, initialised as PyTorch does; the same seed makes the same one. */
  static Network initialize(NetworkShape shape, long seed, LstmOptions options) {
    int width = shape.lstm().inputSize();
    Embedding embedding =
        shape.vocabulary() == 0
            ? null
            : Embedding.initialize(
                shape.vocabulary(), width, Embedding.NO_PADDING, CounterRandom.bits(seed, 0));
    return new Network(
        shape,
        embedding,
        LstmParameters.initialize(shape.lstm(), CounterRandom.bits(seed, 1)),
        Linear.initialize(shape.features(), shape.answers(), CounterRandom.bits(seed, 2)),
        options);
  }

  /** All that is learnt, under the names that PyTorch would give them. */
  List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    if (embedding != null) {
      all.addAll(embedding.parameters("embedding."));
    }
    all.addAll(Parameter.of("lstm.", lstm.parameters(), gradients));
    all.addAll(head.parameters("head."));
    return all;
  }

  /** Where the LSTM runs. */
  String report() {
    return lstm.report().toString();
  }

  /** Whose sums these are: others have other last bits. */
  String backend() {
    return lstm.report().backend() + " " + lstm.report().variant();
  }

  NetworkShape shape() {
    return shape;
  }

  /** Turns dropout on, with masks from this seed. */
  void train(long dropoutSeed) {
    lstm.train(dropoutSeed);
  }

  /** Turns dropout off. */
  public void eval() {
    lstm.eval();
  }

  /**
   * Answers a batch of tokens.
   *
   * @param indices one per row of the batch; kept for {@link #backward}
   * @return {@code [rows, answers]} or, without {@code everyStep}, {@code [sequences, answers]}
   */
  Tensor forward(Batch batch, int[] indices) {
    Tensor input = inputs.of(batch.rows(), shape.lstm().inputSize());
    tokens = indices;
    embedding.forward(indices, input);
    return forward(batch, input);
  }

  /** Answers a batch of numbers, {@code [rows, I]}. */
  Tensor forward(Batch batch, float[] values) {
    return forward(batch, inputs.of(batch.rows(), shape.lstm().inputSize()).copyFrom(values));
  }

  private Tensor forward(Batch batch, Tensor input) {
    PackedSequence sequence = PackedSequence.of(input, batch.sizes(), null);
    Tensor output = outputs.of(batch.rows(), shape.features());
    LstmState state = state(batch.count(), 0);
    lstm.forward(sequence, null, new PackedOutput(sequence.withData(output), state));
    read = output;
    if (!shape.everyStep()) {
      read = features.of(batch.count(), shape.features());
      FinalState.toRows(state.h(), read);
    }
    Tensor answer = answers.of(read.dim(0), shape.answers());
    head.forward(read, answer);
    return answer;
  }

  /** Computes the gradients of all parameters from that of the last forward's answers. */
  void backward(Tensor answerGradient) {
    Tensor gradient = featureGradients.of(read.shape());
    head.backward(read, answerGradient, gradient, false);
    boolean wanted = embedding != null;
    Tensor inputGradient =
        wanted ? inputGradients.of(tokens.length, shape.lstm().inputSize()) : null;
    LstmGradients into = new LstmGradients(inputGradient, null, gradients);
    if (shape.everyStep()) {
      lstm.backward(gradient, null, into, false);
    } else {
      LstmState atEnd = state(read.dim(0), 2);
      FinalState.toState(gradient, atEnd.h());
      atEnd.c().fill(0);
      lstm.backward(null, atEnd, into, false);
    }
    if (wanted) {
      embedding.backward(tokens, inputGradient, false);
    }
  }

  private LstmState state(int batch, int room) {
    LstmConfig config = shape.lstm();
    int cells = config.numLayers() * config.numDirections();
    return new LstmState(
        states[room].of(cells, batch, config.outputSize()),
        states[room + 1].of(cells, batch, config.hiddenSize()));
  }

  @Override
  public void close() {
    lstm.close();
  }
}
