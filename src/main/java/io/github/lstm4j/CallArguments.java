package io.github.lstm4j;

import io.github.lstm4j.internal.schedule.ForwardCall;
import io.github.lstm4j.internal.schedule.ForwardCall.Layout;

/** Takes the arguments of a call in: checks them all, then fills the call. */
final class CallArguments {
  private final LstmConfig config;
  private final CallChecks checks;
  private final Runnable onAccepted;

  /**
   * For calls of one model.
   *
   * @param checks of its configuration
   * @param onAccepted runs between the checks and the first change of a call
   */
  CallArguments(CallChecks checks, Runnable onAccepted) {
    this.config = checks.config();
    this.onAccepted = onAccepted;
    this.checks = checks;
  }

  CallChecks checks() {
    return checks;
  }

  /** All sequences have all steps; unbatched input is one of them. */
  void dense(ForwardCall call, Tensor input, LstmState initial, LstmOutput into) {
    checks.input(input);
    boolean batched = input.rank() == 3;
    int steps = checks.steps(input);
    int batch = checks.batch(input);
    checks.call(input, batched, steps, batch, initial, into);
    checks.rows((long) steps * batch);
    onAccepted.run();
    call.rows.setUniform(steps, batch);
    call.ordered = false;
    boolean inOrder = !batched || !config.batchFirst() || batch == 1 || steps == 1;
    call.layout = inOrder ? Layout.PACKED : Layout.BATCH_MAJOR;
    call.paddedSteps = steps;
    fill(call, input, initial, into.output(), into.state());
  }

  /** A padded batch. */
  void padded(ForwardCall call, Tensor input, int[] lengths, LstmState initial, LstmOutput into) {
    checks.input(input);
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          "lengths: expected batched input (rank 3), got input of shape "
              + Checks.text(input.sharedShape()));
    }
    int steps = checks.steps(input);
    int batch = checks.batch(input);
    int longest = Checks.lengths(lengths, batch, steps);
    checks.call(input, true, steps, batch, initial, into);
    checks.rows(sum(lengths));
    onAccepted.run();
    call.sortByLength(lengths, batch, longest);
    call.layout = config.batchFirst() ? Layout.BATCH_MAJOR : Layout.TIME_MAJOR;
    call.paddedSteps = steps;
    fill(call, input, initial, into.output(), into.state());
  }

  private static long sum(int[] lengths) {
    long sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /** A packed batch. */
  void packed(ForwardCall call, PackedSequence input, LstmState initial, PackedOutput into) {
    checks.input(input);
    checks.call(input, initial, into);
    checks.rows(input.data().dim(0));
    onAccepted.run();
    int[] batchSizes = input.sharedBatchSizes();
    call.rows.setRagged(batchSizes, batchSizes.length);
    call.ordered = false;
    if (input.sharedSortedIndices() != null) {
      call.setOrder(input.sharedSortedIndices());
    }
    call.layout = Layout.PACKED;
    fill(call, input.data(), initial, into.output().data(), into.state());
  }

  /** A single step. */
  void step(ForwardCall call, Tensor x, LstmState state, Tensor output) {
    checks.step(x, state, output);
    onAccepted.run();
    call.rows.setUniform(1, x.rank() == 2 ? x.dim(0) : 1);
    call.ordered = false;
    call.layout = Layout.PACKED;
    fill(call, x, state, output, state);
  }

  private static void fill(
      ForwardCall call, Tensor x, LstmState initial, Tensor output, LstmState state) {
    call.x = x.floats();
    call.h0 = initial == null ? null : initial.h().floats();
    call.c0 = initial == null ? null : initial.c().floats();
    call.out = output.floats();
    call.hn = state.h().floats();
    call.cn = state.c().floats();
  }
}
