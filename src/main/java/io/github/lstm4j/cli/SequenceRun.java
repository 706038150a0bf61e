package io.github.lstm4j.cli;

import io.github.lstm4j.Lstm;
import io.github.lstm4j.LstmConfig;
import io.github.lstm4j.LstmOutput;
import io.github.lstm4j.LstmState;
import io.github.lstm4j.Tensor;
import io.github.lstm4j.cli.common.Progress;
import io.github.lstm4j.cli.common.Streams;
import io.github.lstm4j.cli.common.Text;
import java.util.Arrays;

/**
 * One forward pass over everything, in pieces of time where that gives the same numbers: progress
 * can then be shown, and temporary memory stays small however long the sequence is.
 */
final class SequenceRun {
  /** Multiply-adds in a piece: some 10 ms of native code, under a second of plain Java. */
  private static final long PIECE = 1L << 29;

  private static final int MIN_STEPS = 16;

  private final Lstm lstm;
  private final SequenceInput in;
  private final int timeAxis;
  private final int steps;

  SequenceRun(Lstm lstm, SequenceInput in) {
    this.lstm = lstm;
    this.in = in;
    timeAxis = in.input().rank() == 3 && lstm.config().batchFirst() ? 1 : 0;
    steps = in.input().rank() > timeAxis ? in.input().dim(timeAxis) : 0;
  }

  /** Time steps of all sequences together. */
  long totalSteps() {
    if (in.lengths() != null) {
      return Arrays.stream(in.lengths()).asLongStream().sum();
    }
    return (long) steps * batch();
  }

  private int batch() {
    return in.input().rank() == 3 ? in.input().dim(1 - timeAxis) : 1;
  }

  /**
   * Runs it.
   *
   * @throws IllegalArgumentException if the input does not suit the model
   */
  LstmOutput run(Streams streams) {
    requireInitial();
    int piece = pieceSteps();
    boolean atOnce = piece >= steps;
    try (Progress progress = new Progress(streams, "time steps", atOnce ? -1 : steps)) {
      return atOnce ? atOnce(progress) : inPieces(piece, progress);
    }
  }

  /**
   * The library asks for the same shapes, but calls the state by other names than the file does.
   */
  private void requireInitial() {
    int rank = in.input().rank();
    if (in.initial() != null && (rank == 2 || rank == 3)) {
      LstmState expected = zeroState();
      require("h0", expected.h(), in.initial().h());
      require("c0", expected.c(), in.initial().c());
    }
  }

  private static void require(String name, Tensor expected, Tensor state) {
    String shape = Text.shape(expected.shape());
    String got = Text.shape(state.shape());
    if (!shape.equals(got)) {
      throw new IllegalArgumentException(name + ": expected shape " + shape + ", got " + got);
    }
  }

  private LstmState zeroState() {
    return in.input().rank() == 3 ? lstm.zeroState(batch()) : lstm.zeroState();
  }

  private LstmOutput atOnce(Progress progress) {
    LstmOutput output =
        in.lengths() == null
            ? lstm.forward(in.input(), in.initial())
            : lstm.forward(in.input(), in.lengths(), in.initial());
    progress.advance(steps);
    return output;
  }

  /** How many time steps are run at once; all, where the state cannot be carried on. */
  private int pieceSteps() {
    LstmConfig config = lstm.config();
    int[] shape = in.input().shape();
    boolean contiguous = timeAxis == 0 || batch() == 1;
    boolean fits =
        shape.length >= 2 && shape.length <= 3 && shape[shape.length - 1] == config.inputSize();
    if (config.bidirectional() || in.lengths() != null || !contiguous || !fits) {
      return steps;
    }
    long perStep = Math.max(1, config.parameterCount() * batch());
    return (int) Math.min(steps, Math.max(MIN_STEPS, PIECE / perStep));
  }

  private LstmOutput inPieces(int piece, Progress progress) {
    int[] shape = in.input().shape();
    shape[shape.length - 1] = lstm.config().outputSize();
    LstmOutput whole = new LstmOutput(Tensor.allocate(shape), firstState());
    for (int from = 0; from < steps; from += piece) {
      int count = Math.min(piece, steps - from);
      Tensor output = slice(whole.output(), from, count);
      lstm.forward(
          slice(in.input(), from, count), whole.state(), new LstmOutput(output, whole.state()));
      progress.advance(count);
    }
    return whole;
  }

  /** The state that is carried on in place: a copy of the initial one. */
  private LstmState firstState() {
    return in.initial() != null ? in.initial().copy() : zeroState();
  }

  /** Some time steps of a tensor, sharing its memory. */
  private Tensor slice(Tensor tensor, int from, int count) {
    int[] shape = tensor.shape();
    shape[timeAxis] = count;
    int step = tensor.size() / steps;
    return Tensor.wrap(tensor.data().slice(from * step, count * step), shape);
  }
}
