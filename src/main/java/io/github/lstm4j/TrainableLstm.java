package io.github.lstm4j;

import io.github.lstm4j.internal.kernels.CellWeights;
import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerGradient;
import io.github.lstm4j.internal.kernels.LayerKernel;
import io.github.lstm4j.internal.kernels.StackRoom;
import io.github.lstm4j.internal.schedule.BackwardSchedule;
import io.github.lstm4j.internal.schedule.Dropout;
import io.github.lstm4j.internal.schedule.ForwardSchedule;
import io.github.lstm4j.internal.schedule.Tape;
import io.github.lstm4j.internal.schedule.Workspace;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * PyTorch's {@code nn.LSTM} with gradients: {@code forward} keeps what {@link #backward} needs.
 *
 * <pre>{@code
 * lstm.train(seed);                                          // dropout, if the model has any
 * lstm.forward(input, null, into);
 * // a loss of into.output(), and its gradient with respect to it
 * lstm.backward(outputGradient, null, gradients, false);
 * optimizer.step();                                          // changes the parameters in place
 * }</pre>
 *
 * <p>The parameters stay the caller's tensors. Every {@code forward} reads them anew and every
 * {@code backward} once more: change them between a backward and the next forward. A backward
 * belongs to the last forward, and may be repeated.
 *
 * <p><b>Truncated backpropagation through time</b>: run a long sequence in chunks, each from the
 * final state of the one before ({@code into.state()} may be {@code initial}), each followed by its
 * own backward. No gradient flows from one chunk into another.
 *
 * <p><b>The same bits</b>: {@code forward} without dropout answers as {@link Lstm} on the same
 * backend does, with schedule PACKED. Gradients have the same bits in every run and for any number
 * of threads. They are sums over all rows, so they do depend on the batch.
 *
 * <p><b>Memory</b>: with {@code N = sum of all sequences' lengths}, a forward keeps about {@code
 * N·(I + (L-1)·D·Hout) + N·L·D·(5·H + Hout)} floats, for padded and batch-first input {@code
 * N·D·Hout} more. A backward works in another {@code N·D·4·H + 2·N·max(I, D·Hout)}, with a
 * projection {@code N·D·(H + Hout)} more. {@code H} is rounded up to whole vectors, and {@code
 * NATIVE} takes at least 4 MiB where it would take 1 or more, to have large pages: more of the
 * JVM's limit on direct memory, which also counts 2 MiB a block for where it begins, but no more
 * pages. The larger of the calls so far is kept until {@link #close}, see {@link #workspaceBytes}.
 * Calls of shapes already seen allocate nothing. {@code N·4·(H + 64)} is at most {@link
 * Tensor#MAX_SIZE}: longer sequences go in chunks.
 *
 * <p><b>Thread-safety</b>: none, it holds the memory of one call; a call while another runs throws.
 * Several may share the same parameters. A call uses the thread that makes it, and helpers only if
 * {@link LstmOptions#threads} allows more.
 *
 * <p><b>Errors</b>: as {@link Lstm}; a call that fails its checks has written nothing, and a
 * backward then goes with the forward before it; a forward that fails later leaves nothing for a
 * backward to take back.
 *
 * <p>Source: <a
 * href="https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html">torch.nn.LSTM</a>; Werbos,
 * Backpropagation Through Time, 1990.
 */
public final class TrainableLstm implements AutoCloseable {
  private final LstmParameters parameters;
  private final BackendReport report;
  private final CallArguments arguments;
  private final GradientArguments gradientArguments;
  private final Dropout dropout;
  private final AtomicBoolean busy = new AtomicBoolean();

  /** Null once closed, so that a closed model that is still referred to holds no memory. */
  private volatile Engine engine;

  private TrainableLstm(LstmParameters parameters, Backends.Selected backend, int threads) {
    this.parameters = parameters;
    report = backend.report();
    gradientArguments = new GradientArguments(parameters);
    // A forward that fails half-way leaves nothing for a backward.
    arguments =
        new CallArguments(CallChecks.forTraining(parameters.config()), gradientArguments::forget);
    dropout = new Dropout(parameters.config().dropout());
    engine = new Engine(parameters, backend.kernels(), dropout, threads);
  }

  /** All that holds memory. */
  private static final class Engine {
    private final Tensor[] tensors;
    private final CellWeights[] weights;
    private final LayerKernel[] cells;
    private final ForwardSchedule forward;
    private final Workspace workspace;
    private final BackwardSchedule backward;

    Engine(LstmParameters parameters, Kernels kernels, Dropout dropout, int threads) {
      LstmConfig config = parameters.config();
      tensors = parameters.tensors().values().toArray(new Tensor[0]);
      weights = parameters.cells();
      cells = new LayerKernel[weights.length];
      LayerGradient[] gradients = new LayerGradient[weights.length];
      for (int k = 0; k < weights.length; k++) {
        cells[k] = kernels.layer(weights[k]);
        gradients[k] = kernels.gradient(weights[k]);
      }
      forward = Lstm.schedule(config, kernels, cells, threads);
      workspace = forward.take();
      workspace.tape = new Tape(kernels, cells, config.numLayers(), dropout);
      backward = new BackwardSchedule(kernels, gradients, weights, forward, workspace, threads);
    }

    void forward() {
      requireParameters();
      for (int k = 0; k < cells.length; k++) {
        cells[k].load(weights[k]);
      }
      forward.run(workspace);
    }

    void backward() {
      requireParameters();
      backward.run();
    }

    /** A closed parameter is no longer the caller's to change. */
    private void requireParameters() {
      for (Tensor tensor : tensors) {
        tensor.floats();
      }
    }

    long bytes() {
      return workspace.bytes() + workspace.tape.bytes() + backward.bytes();
    }
  }

  /**
   * Makes a trainable model on the best backend that loads.
   *
   * @param parameters configuration and weights; kept
   */
  public static TrainableLstm create(LstmParameters parameters) {
    return create(parameters, LstmOptions.defaults());
  }

  /**
   * Makes a trainable model.
   *
   * @param parameters configuration and weights; kept, and read by every call
   * @param options where it runs
   * @throws IllegalArgumentException if the options ask for schedule GEMM, which has no gradients
   * @throws IllegalStateException if the backend asked for cannot run here, with the cause, or a
   *     system property is wrong
   */
  public static TrainableLstm create(LstmParameters parameters, LstmOptions options) {
    Checks.notNull("parameters", parameters);
    Checks.notNull("options", options);
    if (options.schedule() == Schedule.GEMM) {
      throw new IllegalArgumentException(
          "options.schedule: expected AUTO or PACKED for training, got GEMM");
    }
    return new TrainableLstm(parameters, Backends.select(options), options.threads());
  }

  /**
   * Turns dropout on, as {@code module.train()} does: from the next forward on, each number of the
   * output of each layer but the last becomes zero with probability {@link LstmConfig#dropout}, or
   * is divided by one minus it.
   *
   * <p>Which ones is a function of this seed, how many forwards ran since this call, the layer and
   * the number's place in the batch (in packed order) alone: a run that calls this once at its
   * start can be repeated bit for bit. One that is to resume in the middle calls it before every
   * forward, with a seed made of the run's and the number of the step. A model starts without
   * dropout, unlike PyTorch's.
   */
  public void train(long dropoutSeed) {
    Engine open = enter();
    try {
      dropout.on(dropoutSeed);
    } finally {
      leave(open);
    }
  }

  /** Turns dropout off, as {@code module.eval()} does: from the next forward on. */
  public void eval() {
    Engine open = enter();
    try {
      dropout.off();
    } finally {
      leave(open);
    }
  }

  /**
   * Runs all time steps, keeping what {@link #backward} needs.
   *
   * @param input {@code [T, B, I]}, {@code [B, T, I]} if batch-first, or {@code [T, I]} unbatched;
   *     copied
   * @param initial {@code (h0, c0)}, or null for zeros; read
   * @param into written; {@code into.state()} may be {@code initial}
   */
  public void forward(Tensor input, LstmState initial, LstmOutput into) {
    Engine open = enter();
    try {
      arguments.dense(open.workspace.call, input, initial, into);
      open.forward();
      gradientArguments.follow(input, into.output(), into.state());
    } finally {
      leave(open);
    }
  }

  /**
   * Runs a padded batch of sequences of different lengths, in any order of length.
   *
   * @param input {@code [T, B, I]}, or {@code [B, T, I]} if batch-first; copied up to each length
   * @param lengths one per sequence, from 1 to {@code T}; read, and not to change meanwhile
   * @param initial {@code (h0, c0)}, or null for zeros; read
   * @param into written: output rows past a sequence's end are zero, states are those at each
   *     sequence's own end; {@code into.state()} may be {@code initial}
   */
  public void forward(Tensor input, int[] lengths, LstmState initial, LstmOutput into) {
    Engine open = enter();
    try {
      arguments.padded(open.workspace.call, input, lengths, initial, into);
      open.forward();
      gradientArguments.follow(input, into.output(), into.state());
    } finally {
      leave(open);
    }
  }

  /**
   * Runs a packed batch.
   *
   * @param input data {@code [sum of lengths, I]}; copied
   * @param initial {@code (h0, c0)} in the caller's order of sequences, or null for zeros; read
   * @param into written; {@code into.state()} may be {@code initial}
   */
  public void forward(PackedSequence input, LstmState initial, PackedOutput into) {
    Engine open = enter();
    try {
      arguments.packed(open.workspace.call, input, initial, into);
      open.forward();
      gradientArguments.follow(input.data(), into.output().data(), into.state());
    } finally {
      leave(open);
    }
  }

  /**
   * Computes the gradients of a loss from its gradients with respect to what the last forward
   * returned.
   *
   * @param output gradient of the output, in its shape (of its data, if it was packed), or null for
   *     zeros; read, not in the padding
   * @param state gradients of {@code hn} and {@code cn}, or null for zeros; read
   * @param into written; its parts may be the memory of {@code output} and {@code state}, but not
   *     each other's nor that of the parameters. The gradient of padding is zero.
   * @param accumulate whether to add to what {@code into} holds, as PyTorch does, or to overwrite
   *     it
   * @throws IllegalStateException if there was no forward, or the last one failed other than by its
   *     checks
   */
  public void backward(Tensor output, LstmState state, LstmGradients into, boolean accumulate) {
    Engine open = enter();
    try {
      gradientArguments.fill(open.backward.call, output, state, into);
      open.backward.call.accumulate = accumulate;
      open.backward();
    } finally {
      leave(open);
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

  /** Makes a batched state of zeros: {@code h [L·D, B, Hout]}, {@code c [L·D, B, H]}. */
  public LstmState zeroState(int batch) {
    return arguments.checks().newState(true, batch);
  }

  /** Makes an unbatched state of zeros: {@code h [L·D, Hout]}, {@code c [L·D, H]}. */
  public LstmState zeroState() {
    return arguments.checks().newState(false, 1);
  }

  /** Returns the parameters, as given. */
  public LstmParameters parameters() {
    return parameters;
  }

  /** Returns the configuration. */
  public LstmConfig config() {
    return parameters.config();
  }

  /** Returns which backend runs this model, and why. */
  public BackendReport report() {
    return report;
  }

  /**
   * Returns the bytes that this model keeps between calls for what grows with the rows of a call:
   * what the largest forward and backward so far needed. Its own form of the weights comes on top,
   * and some MiB of scratch for every thread that a call used.
   */
  public long workspaceBytes() {
    Engine open = enter();
    try {
      return open.bytes();
    } finally {
      leave(open);
    }
  }

  /**
   * Gives the workspace up to the garbage collector; the parameters stay open. A {@code forward} or
   * {@code backward} in progress completes; later ones throw {@link IllegalStateException}.
   * Harmless when called again.
   */
  @Override
  public void close() {
    engine = null;
    letGo();
  }

  /** Of the caller's tensors, once closed: now, or at the end of the call in progress. */
  private void letGo() {
    if (engine == null && busy.compareAndSet(false, true)) {
      gradientArguments.clear();
      busy.set(false);
    }
  }

  /** Returns what PyTorch prints, for example {@code LSTM(10, 20, num_layers=2)}. */
  @Override
  public String toString() {
    return config().toString();
  }

  private Engine enter() {
    StackRoom.require(); // an overflow before leave() would leave the model busy for ever
    Engine open = engine;
    if (open == null) {
      throw new IllegalStateException("this " + config() + " is closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "this " + config() + " is in use by another thread; give each thread a model of its own");
    }
    return open;
  }

  private void leave(Engine open) {
    open.workspace.clear();
    open.backward.call.clear();
    busy.set(false);
    letGo();
  }
}
