package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the optimisers share: the state, the count of steps, and the walk over all elements, in
 * blocks that are copied to arrays small enough for the L1 cache beside their sources. Subclasses
 * say what happens to one block.
 */
abstract class BlockOptimizer implements Optimizer {
  private static final int BLOCK = 512;

  /** More than can be made, and room for more. */
  private static final long MOST_STEPS = 999_999_999_999_999_999L;

  private final List<Parameter> parameters;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final Tensor[][] states;
  private final float[] value = new float[BLOCK];
  private final float[] gradient = new float[BLOCK];
  private final FloatBuffer[] stateViews;
  private final float[][] stateBlocks;
  private double learningRate;
  private long steps;

  BlockOptimizer(List<Parameter> parameters, double learningRate, String... stateNames) {
    Checks.notNull("parameters", parameters);
    this.parameters = List.copyOf(parameters);
    Checks.distinct(this.parameters);
    setLearningRate(learningRate);
    states = new Tensor[parameters.size()][stateNames.length];
    stateViews = new FloatBuffer[stateNames.length];
    stateBlocks = new float[stateNames.length][BLOCK];
    for (int k = 0; k < states.length; k++) {
      Parameter parameter = this.parameters.get(k);
      for (int s = 0; s < stateNames.length; s++) {
        states[k][s] = Tensor.allocate(parameter.value().shape());
        state.put(parameter.name() + "." + stateNames[s], states[k][s]);
      }
    }
  }

  /** Prepares the numbers that are the same for all elements; {@code step} counts from 1. */
  abstract void begin(long step);

  /** Updates {@code count} elements. */
  abstract void update(float[] value, float[] gradient, float[][] state, int count);

  @Override
  public final void step() {
    requireOpen();
    begin(steps + 1);
    for (int k = 0; k < states.length; k++) {
      step(parameters.get(k), states[k]);
    }
    steps++;
  }

  /** Before the first tensor is written; those of the state are in the caller's hands, too. */
  private void requireOpen() {
    Checks.open(parameters);
    for (Tensor[] tensors : states) {
      for (Tensor tensor : tensors) {
        tensor.data();
      }
    }
  }

  private void step(Parameter parameter, Tensor[] tensors) {
    FloatBuffer values = parameter.value().data();
    FloatBuffer gradients = parameter.gradient().data();
    for (int s = 0; s < tensors.length; s++) {
      stateViews[s] = tensors[s].data();
    }
    int size = values.capacity();
    for (int from = 0; from < size; from += BLOCK) {
      int count = Math.min(BLOCK, size - from);
      values.get(from, value, 0, count);
      gradients.get(from, gradient, 0, count);
      for (int s = 0; s < tensors.length; s++) {
        stateViews[s].get(from, stateBlocks[s], 0, count);
      }
      update(value, gradient, stateBlocks, count);
      for (int s = 0; s < tensors.length; s++) {
        stateViews[s].put(from, stateBlocks[s], 0, count);
      }
      values.put(from, value, 0, count);
    }
  }

  /** {@code into += factor · from}: weight decay, for example. */
  static void addScaled(float[] into, float[] from, float factor, int count) {
    for (int k = 0; k < count; k++) {
      into[k] += factor * from[k];
    }
  }

  @Override
  public final double learningRate() {
    return learningRate;
  }

  @Override
  public final void setLearningRate(double learningRate) {
    Checks.notNegative("learningRate", learningRate);
    this.learningRate = learningRate;
  }

  @Override
  public final long steps() {
    return steps;
  }

  @Override
  public final void setSteps(long steps) {
    if (steps < 0 || steps > MOST_STEPS) {
      throw new IllegalArgumentException("steps: expected 0 to " + MOST_STEPS + ", got " + steps);
    }
    this.steps = steps;
  }

  @Override
  public final Map<String, Tensor> state() {
    return Collections.unmodifiableMap(state);
  }
}
