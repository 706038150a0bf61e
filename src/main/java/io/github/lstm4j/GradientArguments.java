package io.github.lstm4j;

import io.github.lstm4j.internal.kernels.CellWeights;
import io.github.lstm4j.internal.schedule.BackwardCall;
import java.util.Arrays;

/**
 * Takes the arguments of a backward in: checks them against the forward before it, then fills the
 * call.
 */
final class GradientArguments {
  private final LstmConfig config;
  private final String[] names;

  /** What messages call them: made once, as checks allocate nothing. */
  private final String[] gradientNames;

  private final Tensor[] parameters;

  /** Shapes of the last forward; null before the first. */
  private int[] inputShape;

  private int[] outputShape;
  private int[] hShape;
  private int[] cShape;

  /** The parameters' gradients of the last call, which are most often those of the next. */
  private LstmParameters last;

  private CellWeights[] lastCells;

  /** What a call writes, while it is being checked. */
  private final Tensor[] written;

  private final String[] writtenNames;

  GradientArguments(LstmParameters parameters) {
    this.config = parameters.config();
    this.names = parameters.tensors().keySet().toArray(new String[0]);
    this.gradientNames =
        parameters.tensors().keySet().stream()
            .map("into.parameters."::concat)
            .toArray(String[]::new);
    this.written = new Tensor[3 + names.length];
    this.writtenNames = new String[3 + names.length];
    this.parameters = parameters.tensors().values().toArray(new Tensor[0]);
  }

  /** Before a forward, which may fail half-way. */
  void forget() {
    inputShape = null;
  }

  /** Notes the shapes of a forward's arguments, which were checked. */
  void follow(Tensor input, Tensor output, LstmState state) {
    inputShape = input.sharedShape();
    outputShape = output.sharedShape();
    hShape = state.h().sharedShape();
    cShape = state.c().sharedShape();
  }

  /** Lets go of the caller's tensors. */
  void clear() {
    last = null;
    lastCells = null;
    Arrays.fill(written, null);
  }

  void fill(BackwardCall call, Tensor output, LstmState state, LstmGradients into) {
    if (inputShape == null) {
      throw new IllegalStateException("backward: expected a forward before it, there was none");
    }
    Checks.notNull("into", into);
    shape("output", output, outputShape);
    state("state.h", "state.c", state);
    shape("into.input", into.input(), inputShape);
    state("into.initial.h", "into.initial.c", into.initial());
    requireSeparate(into);
    CellWeights[] cells = into.parameters() == null ? null : cells(into.parameters());
    call.output = output == null ? null : output.floats();
    call.hn = state == null ? null : state.h().floats();
    call.cn = state == null ? null : state.c().floats();
    call.input = into.input() == null ? null : into.input().floats();
    call.h0 = into.initial() == null ? null : into.initial().h().floats();
    call.c0 = into.initial() == null ? null : into.initial().c().floats();
    call.parameters = cells;
  }

  private static void shape(String name, Tensor tensor, int[] expected) {
    if (tensor != null) {
      Checks.shape(name, tensor, expected);
    }
  }

  private void state(String hName, String cName, LstmState state) {
    if (state != null) {
      Checks.shape(hName, state.h(), hShape);
      Checks.shape(cName, state.c(), cShape);
    }
  }

  /** The parts are written one after the other, and the parameters are read until the end. */
  private void requireSeparate(LstmGradients into) {
    int count = 0;
    count = separate(count, "into.input", into.input());
    if (into.initial() != null) {
      count = separate(count, "into.initial.h", into.initial().h());
      count = separate(count, "into.initial.c", into.initial().c());
    }
    if (into.parameters() == null) {
      return;
    }
    for (int k = 0; k < names.length; k++) {
      Tensor gradient = into.parameters().tensors().get(names[k]);
      if (gradient == null) {
        throw otherParameters(into);
      }
      Checks.shape(gradientNames[k], gradient, parameters[k].sharedShape());
      count = separate(count, gradientNames[k], gradient);
    }
    if (into.parameters().tensors().size() != names.length) {
      throw otherParameters(into);
    }
  }

  private IllegalArgumentException otherParameters(LstmGradients into) {
    return new IllegalArgumentException(
        "into.parameters: expected gradients for " + config + ", got " + into.parameters());
  }

  private int separate(int count, String name, Tensor tensor) {
    if (tensor == null) {
      return count;
    }
    for (int k = 0; k < count; k++) {
      Checks.notSameMemory(name, tensor, writtenNames[k], written[k]);
    }
    for (int k = 0; k < names.length; k++) {
      Checks.notSameMemory(name, tensor, names[k], parameters[k]);
    }
    written[count] = tensor;
    writtenNames[count] = name;
    return count + 1;
  }

  private CellWeights[] cells(LstmParameters into) {
    if (into != last) {
      lastCells = into.cells();
      last = into;
    }
    return lastCells;
  }
}
