package io.github.lstm4j;

/**
 * The shapes that one configuration asks of a call's arguments, and new tensors of those shapes.
 */
final class CallChecks {
  /** Of a gate, on any backend: a panel of four vectors of 512 bits has 64 floats. */
  private static final int WIDEST_PADDING = 64;

  private final LstmConfig config;
  private final int states;
  private final int width;
  private final int maxRows;

  private CallChecks(LstmConfig config, int maxRows) {
    this.config = config;
    this.states = config.numLayers() * config.numDirections();
    this.width = config.numDirections() * config.outputSize();
    this.maxRows = maxRows;
  }

  static CallChecks forInference(LstmConfig config) {
    return new CallChecks(config, Integer.MAX_VALUE);
  }

  /** Training keeps the four gates of all rows in one block, padded to whole vectors. */
  static CallChecks forTraining(LstmConfig config) {
    long row = 4L * (config.hiddenSize() + WIDEST_PADDING);
    return new CallChecks(config, (int) (Tensor.MAX_SIZE / row));
  }

  LstmConfig config() {
    return config;
  }

  /** The time steps of all sequences together. */
  void rows(long rows) {
    if (rows > maxRows) {
      throw new IllegalArgumentException(
          "input: expected at most "
              + maxRows
              + " time steps of all sequences together, as training keeps the gates of each of "
              + config
              + ", got "
              + rows
              + "; train on shorter chunks, carrying the state");
    }
  }

  void input(Tensor input) {
    Checks.notNull("input", input);
    int rank = input.rank();
    if ((rank != 2 && rank != 3) || input.dim(rank - 1) != config.inputSize()) {
      String batched = config.batchFirst() ? "[B, T, " : "[T, B, ";
      throw new IllegalArgumentException(
          "input: expected shape "
              + batched
              + config.inputSize()
              + "] or unbatched [T, "
              + config.inputSize()
              + "] (inputSize "
              + config.inputSize()
              + "), got "
              + Checks.text(input.sharedShape()));
    }
    Checks.usable(input);
  }

  void input(PackedSequence input) {
    Checks.notNull("input", input);
    Checks.shape("input.data", input.data(), input.data().dim(0), config.inputSize());
  }

  int steps(Tensor input) {
    return input.dim(input.rank() == 3 && config.batchFirst() ? 1 : 0);
  }

  int batch(Tensor input) {
    return input.rank() == 2 ? 1 : input.dim(config.batchFirst() ? 0 : 1);
  }

  /** The arguments of a dense or padded call. */
  void call(
      Tensor input, boolean batched, int steps, int batch, LstmState initial, LstmOutput into) {
    Checks.notNull("into", into);
    if (!batched) {
      Checks.shape("into.output", into.output(), steps, width);
    } else if (config.batchFirst()) {
      Checks.shape("into.output", into.output(), batch, steps, width);
    } else {
      Checks.shape("into.output", into.output(), steps, batch, width);
    }
    states(batched, batch, initial, into.state());
    separate("into.output", into.output(), input, initial, into.state());
  }

  /** The arguments of a packed call. */
  void call(PackedSequence input, LstmState initial, PackedOutput into) {
    Checks.notNull("into", into);
    Tensor output = into.output().data();
    Checks.shape("into.output.data", output, input.data().dim(0), width);
    Checks.samePacking("into.output", input, into.output());
    states(true, input.batchSize(), initial, into.state());
    separate("into.output.data", output, input.data(), initial, into.state());
  }

  /** The arguments of a single step. */
  void step(Tensor x, LstmState state, Tensor output) {
    if (config.bidirectional()) {
      throw new IllegalStateException("step: expected a unidirectional model, this is " + config);
    }
    Checks.notNull("x", x);
    Checks.notNull("state", state);
    Checks.notNull("output", output);
    boolean batched = x.rank() == 2;
    if ((!batched && x.rank() != 1) || x.dim(x.rank() - 1) != config.inputSize()) {
      throw new IllegalArgumentException(
          "x: expected shape [B, "
              + config.inputSize()
              + "] or ["
              + config.inputSize()
              + "], got "
              + Checks.text(x.sharedShape()));
    }
    Checks.usable(x);
    int batch = batched ? x.dim(0) : 1;
    if (batched) {
      Checks.shape("output", output, batch, width);
    } else {
      Checks.shape("output", output, width);
    }
    state("state", batched, batch, state);
    Checks.notSameMemory("state.h", state.h(), "state.c", state.c());
    separate("output", output, x, null, state);
  }

  private void states(boolean batched, int batch, LstmState initial, LstmState into) {
    if (initial != null) {
      state("initial", batched, batch, initial);
    }
    state("into.state", batched, batch, into);
    Checks.notSameMemory("into.state.h", into.h(), "into.state.c", into.c());
    if (initial != null) {
      Checks.notSameMemory("into.state.h", into.h(), "initial.c", initial.c());
    }
  }

  private void state(String name, boolean batched, int batch, LstmState state) {
    if (!stateFits(state.h(), batched, batch, config.outputSize())) {
      throw stateMismatch(name, ".h", batched, batch, config.outputSize(), state.h());
    }
    if (!stateFits(state.c(), batched, batch, config.hiddenSize())) {
      throw stateMismatch(name, ".c", batched, batch, config.hiddenSize(), state.c());
    }
    Checks.usable(state.h());
    Checks.usable(state.c());
  }

  private boolean stateFits(Tensor tensor, boolean batched, int batch, int columns) {
    int[] shape = tensor.sharedShape();
    return batched
        ? shape.length == 3 && shape[0] == states && shape[1] == batch && shape[2] == columns
        : shape.length == 2 && shape[0] == states && shape[1] == columns;
  }

  private IllegalArgumentException stateMismatch(
      String name, String part, boolean batched, int batch, int columns, Tensor actual) {
    int[] expected = batched ? new int[] {states, batch, columns} : new int[] {states, columns};
    return Checks.mismatch(name + part, expected, actual);
  }

  /** The output is written while input and initial state are still being read. */
  private static void separate(
      String name, Tensor output, Tensor input, LstmState initial, LstmState into) {
    Checks.notSameMemory(name, output, "the input", input);
    Checks.notSameMemory(name, output, "state.h", into.h());
    Checks.notSameMemory(name, output, "state.c", into.c());
    if (initial != null) {
      Checks.notSameMemory(name, output, "initial.h", initial.h());
      Checks.notSameMemory(name, output, "initial.c", initial.c());
    }
  }

  LstmOutput newOutput(Tensor input) {
    input(input);
    boolean batched = input.rank() == 3;
    int steps = steps(input);
    int batch = batch(input);
    requireFits(steps, batch);
    Tensor output;
    if (!batched) {
      output = Tensor.allocate(steps, width);
    } else if (config.batchFirst()) {
      output = Tensor.allocate(batch, steps, width);
    } else {
      output = Tensor.allocate(steps, batch, width);
    }
    return new LstmOutput(output, newState(batched, batch));
  }

  PackedOutput newOutput(PackedSequence input) {
    input(input);
    requireFits(input.data().dim(0), 1);
    Tensor output = Tensor.allocate(input.data().dim(0), width);
    return new PackedOutput(input.withData(output), newState(true, input.batchSize()));
  }

  private void requireFits(int steps, int batch) {
    if ((double) steps * batch * width > Tensor.MAX_SIZE) {
      throw new IllegalArgumentException(
          "input: expected an output of at most "
              + Tensor.MAX_SIZE
              + " elements, got "
              + steps
              + " steps x "
              + batch
              + " sequences x "
              + width
              + "; run it in parts, carrying the state");
    }
  }

  LstmState newState(boolean batched, int batch) {
    if (batch < 0 || (long) states * batch * config.hiddenSize() > Tensor.MAX_SIZE) {
      throw new IllegalArgumentException(
          "batch: expected 0 or more and a state of at most "
              + Tensor.MAX_SIZE
              + " elements, got "
              + batch);
    }
    return batched
        ? new LstmState(
            Tensor.allocate(states, batch, config.outputSize()),
            Tensor.allocate(states, batch, config.hiddenSize()))
        : new LstmState(
            Tensor.allocate(states, config.outputSize()),
            Tensor.allocate(states, config.hiddenSize()));
  }
}
