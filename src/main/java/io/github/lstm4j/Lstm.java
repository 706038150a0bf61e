package io.github.lstm4j;

import io.github.lstm4j.internal.kernels.CellWeights;
import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerKernel;
import io.github.lstm4j.internal.schedule.ForwardSchedule;
import io.github.lstm4j.internal.schedule.Workspace;
import java.util.Map;

/**
 * PyTorch's {@code nn.LSTM} in evaluation mode: {@code output, (hn, cn) = lstm(input, (h0, c0))}.
 * Every layer and direction computes, for each time step,
 *
 * <pre>{@code
 * i = σ(W_ii x + b_ii + W_hi h + b_hi)      f = σ(W_if x + b_if + W_hf h + b_hf)
 * g = tanh(W_ig x + b_ig + W_hg h + b_hg)   o = σ(W_io x + b_io + W_ho h + b_ho)
 * c' = f ⊙ c + i ⊙ g                        h' = o ⊙ tanh(c')   (then W_hr h', with a projection)
 * }</pre>
 *
 * <p><b>Shapes</b>, in the words of {@link LstmConfig}: input {@code [T, B, I]}, or {@code [B, T,
 * I]} if batch-first, or {@code [T, I]} unbatched; see {@link LstmState} and {@link LstmOutput} for
 * the others. {@code T} and {@code B} may be 0: no steps leave the state as it was.
 *
 * <p>A state of zeros, given or not, saves its product with {@code weight_hh} in the first step, at
 * the same bits; so a weight that is not finite may show in later steps only.
 *
 * <p><b>Thread-safety</b>: immutable; any number of threads may call one model at once. A call uses
 * the thread that makes it, and helpers only if {@link LstmOptions#threads} allows more.
 *
 * <p><b>Memory</b>: the weights are copied when the model is made. Temporary memory is kept between
 * calls until {@link #close}: a workspace for each of the most calls that were in flight at once
 * (at most 8 or twice the number of processors, whichever is more), each as large as the largest
 * call that it served. The methods that write {@code into} the caller's tensors allocate nothing
 * for shapes already seen, while no more calls than that are in flight; {@code into} may hold the
 * tensors of the initial state (streaming in place), but output and input must be different memory.
 * If a call fails its checks, nothing was written.
 *
 * <p><b>Errors</b>: a wrong argument is an {@link IllegalArgumentException} that names it, what was
 * expected and what was given; a closed tensor, or a call of a closed model, is an {@link
 * IllegalStateException}.
 *
 * <p>Source: <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html">torch.nn.LSTM</a>; Hochreiter
 * and Schmidhuber, Long Short-Term Memory, 1997.
 */
public final class Lstm implements AutoCloseable {
  private final LstmConfig config;
  private final BackendReport report;

  /** Null once closed, so that a closed model that is still referred to holds no weights. */
  private volatile ForwardSchedule schedule;

  private final CallArguments arguments;

  private Lstm(LstmConfig config, Backends.Selected backend, LayerKernel[] cells, int threads) {
    this.config = config;
    this.report = backend.report();
    this.arguments = new CallArguments(CallChecks.forInference(config), () -> {});
    this.schedule = schedule(config, backend.kernels(), cells, threads);
  }

  /**
   * Makes a model on the best backend that loads.
   *
   * @param parameters configuration and weights; read, not kept
   */
  public static Lstm create(LstmParameters parameters) {
    return create(parameters, LstmOptions.defaults());
  }

  /**
   * Makes a model.
   *
   * @param parameters configuration and weights; read, not kept
   * @param options where it runs
   * @throws IllegalStateException if the backend asked for cannot run here, with the cause, or a
   *     system property is wrong
   */
  public static Lstm create(LstmParameters parameters, LstmOptions options) {
    Checks.notNull("parameters", parameters);
    Checks.notNull("options", options);
    Backends.Selected backend = Backends.select(options);
    CellWeights[] weights = parameters.cells();
    LayerKernel[] cells = new LayerKernel[weights.length];
    for (int k = 0; k < cells.length; k++) {
      cells[k] = backend.kernels().layer(weights[k]);
    }
    return new Lstm(parameters.config(), backend, cells, options.threads());
  }

  static ForwardSchedule schedule(
      LstmConfig config, Kernels kernels, LayerKernel[] cells, int threads) {
    return new ForwardSchedule(
        kernels,
        cells,
        config.numDirections(),
        config.inputSize(),
        config.hiddenSize(),
        config.outputSize(),
        threads);
  }

  /**
   * Says of every backend whether it runs in this JVM, in which variant, or the full reason why
   * not.
   *
   * @return NATIVE, VECTOR and JAVA, each with one line
   */
  public static Map<Backend, String> availableBackends() {
    return Backends.survey();
  }

  /**
   * Runs from a zero state into new tensors; see {@link #forward(Tensor, LstmState, LstmOutput)}.
   */
  public LstmOutput forward(Tensor input) {
    return forward(input, (LstmState) null);
  }

  /** Runs into new tensors; see {@link #forward(Tensor, LstmState, LstmOutput)}. */
  public LstmOutput forward(Tensor input, LstmState initial) {
    requireOpen();
    LstmOutput into = newOutput(input);
    forward(input, initial, into);
    return into;
  }

  /**
   * Runs all time steps.
   *
   * @param input {@code [T, B, I]}, {@code [B, T, I]} if batch-first, or {@code [T, I]} unbatched;
   *     read
   * @param initial {@code (h0, c0)}, or null for zeros; read
   * @param into written; {@code into.state()} may be {@code initial}
   */
  public void forward(Tensor input, LstmState initial, LstmOutput into) {
    ForwardSchedule open = requireOpen();
    Workspace workspace = open.take();
    try {
      arguments.dense(workspace.call, input, initial, into);
      open.run(workspace);
    } finally {
      open.giveBack(workspace);
    }
  }

  /**
   * Runs a padded batch into new tensors; see {@link #forward(Tensor, int[], LstmState,
   * LstmOutput)}.
   */
  public LstmOutput forward(Tensor input, int[] lengths, LstmState initial) {
    requireOpen();
    LstmOutput into = newOutput(input);
    forward(input, lengths, initial, into);
    return into;
  }

  /**
   * Runs a padded batch of sequences of different lengths, in any order of length: what {@code
   * pack_padded_sequence}, the LSTM and {@code pad_packed_sequence} compute together. Padding is
   * never read, and the work is proportional to the sum of the lengths.
   *
   * @param input {@code [T, B, I]}, or {@code [B, T, I]} if batch-first; read up to each length
   * @param lengths one per sequence, from 1 to {@code T}; read, and not to change meanwhile
   * @param initial {@code (h0, c0)}, or null for zeros; read
   * @param into written: output rows past a sequence's end are zero, states are those at each
   *     sequence's own end, and the backward direction starts there; {@code into.state()} may be
   *     {@code initial}
   */
  public void forward(Tensor input, int[] lengths, LstmState initial, LstmOutput into) {
    ForwardSchedule open = requireOpen();
    Workspace workspace = open.take();
    try {
      arguments.padded(workspace.call, input, lengths, initial, into);
      open.run(workspace);
    } finally {
      open.giveBack(workspace);
    }
  }

  /** Runs a packed batch from a zero state into new tensors; see the method that takes both. */
  public PackedOutput forward(PackedSequence input) {
    return forward(input, (LstmState) null);
  }

  /** Runs a packed batch into new tensors; see the method that takes {@code into}. */
  public PackedOutput forward(PackedSequence input, LstmState initial) {
    requireOpen();
    PackedOutput into = newOutput(input);
    forward(input, initial, into);
    return into;
  }

  /**
   * Runs a packed batch.
   *
   * @param input data {@code [sum of lengths, I]}; read
   * @param initial {@code (h0, c0)} in the caller's order of sequences, or null for zeros; read
   * @param into written: the data of its output {@code [sum of lengths, D·Hout]}, and the states at
   *     each sequence's own end, in the caller's order; {@code into.state()} may be {@code initial}
   */
  public void forward(PackedSequence input, LstmState initial, PackedOutput into) {
    ForwardSchedule open = requireOpen();
    Workspace workspace = open.take();
    try {
      arguments.packed(workspace.call, input, initial, into);
      open.run(workspace);
    } finally {
      open.giveBack(workspace);
    }
  }

  /**
   * One time step with explicit state, as a stack of PyTorch's {@code LSTMCell}s: for streaming.
   * The same bits as {@link #forward(Tensor)} over all steps at once; with schedule {@code GEMM}
   * the same numbers to float32 rounding.
   *
   * @param x {@code [B, I]}, or {@code [I]} unbatched; read
   * @param state batched or unbatched like {@code x}; read, and replaced by the next state in place
   * @param output {@code [B, Hout]}, or {@code [Hout]}: the last layer's {@code h}; written
   * @throws IllegalStateException if the model is bidirectional: its backward direction needs the
   *     future
   */
  public void step(Tensor x, LstmState state, Tensor output) {
    ForwardSchedule open = requireOpen();
    Workspace workspace = open.take();
    try {
      arguments.step(workspace.call, x, state, output);
      open.run(workspace);
    } finally {
      open.giveBack(workspace);
    }
  }

  /**
   * Makes new tensors for {@code forward} to write.
   *
   * @param input as of that call; only its shape matters
   * @return output and state, batched like the input
   */
  public LstmOutput newOutput(Tensor input) {
    return arguments.checks().newOutput(input);
  }

  /**
   * Makes new tensors for {@code forward} to write.
   *
   * @param input as of that call; only its packing matters
   * @return an output packed alike, and a state
   */
  public PackedOutput newOutput(PackedSequence input) {
    return arguments.checks().newOutput(input);
  }

  /**
   * Makes a batched state of zeros.
   *
   * @param batch {@code B}, 0 or more
   * @return {@code h [L·D, B, Hout]} and {@code c [L·D, B, H]}
   */
  public LstmState zeroState(int batch) {
    return arguments.checks().newState(true, batch);
  }

  /** Makes an unbatched state of zeros: {@code h [L·D, Hout]} and {@code c [L·D, H]}. */
  public LstmState zeroState() {
    return arguments.checks().newState(false, 1);
  }

  /** Returns the configuration. */
  public LstmConfig config() {
    return config;
  }

  /** Returns which backend runs this model, and why. */
  public BackendReport report() {
    return report;
  }

  /**
   * Gives up the weights' and temporary memory to the garbage collector. Calls of {@code forward}
   * and {@code step} in progress complete; later ones throw {@link IllegalStateException}. Harmless
   * when called again.
   */
  @Override
  public void close() {
    schedule = null;
  }

  /** Returns what PyTorch prints, for example {@code LSTM(10, 20, num_layers=2)}. */
  @Override
  public String toString() {
    return config.toString();
  }

  private ForwardSchedule requireOpen() {
    ForwardSchedule open = schedule;
    if (open == null) {
      throw new IllegalStateException("this " + config + " is closed");
    }
    return open;
  }
}
