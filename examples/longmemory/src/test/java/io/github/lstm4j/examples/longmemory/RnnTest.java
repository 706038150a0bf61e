package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.lstm4j.Tensor;
import io.github.lstm4j.train.CounterRandom;
import io.github.lstm4j.train.Linear;
import io.github.lstm4j.train.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RnnTest {
  private static final int T = 7;
  private static final int B = 3;
  private static final int I = 2;
  private static final int H = 5;

  /** Of central differences in double precision; their own error is near 1e-10. */
  private static final double STEP = 1e-5;

  /** Sums of some hundred float32 products of numbers near 1. */
  private static final double TOLERANCE = 1e-5;

  private final Linear ih = Linear.of(random(1, H, I), random(2, H));
  private final Linear hh = Linear.of(random(3, H, H), random(4, H));
  private final Rnn rnn = new Rnn(ih, hh, new Sizes(T, B, I, H));
  private final Tensor x = random(5, T, B, I);
  private final Tensor v = random(6, B, H);

  private static Tensor random(long seed, int... shape) {
    Tensor tensor = Tensor.allocate(shape);
    float[] values = new float[tensor.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) (CounterRandom.uniform(seed, k) - 0.5);
    }
    return tensor.copyFrom(values);
  }

  private static double[][] rows(Tensor tensor) {
    double[][] rows = new double[tensor.dim(0)][tensor.dim(1)];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = tensor.get(i, j);
      }
    }
    return rows;
  }

  private double[][][] sequences() {
    double[][][] sequences = new double[B][T][I];
    for (int b = 0; b < B; b++) {
      for (int t = 0; t < T; t++) {
        for (int i = 0; i < I; i++) {
          sequences[b][t][i] = x.get(t, b, i);
        }
      }
    }
    return sequences;
  }

  private ReferenceRnn reference() {
    List<Parameter> all = rnn.parameters();
    return new ReferenceRnn(
        rows(all.get(0).value()),
        rows(all.get(1).value().reshape(1, H))[0],
        rows(all.get(2).value()),
        rows(all.get(3).value().reshape(1, H))[0]);
  }

  /** Σ v · h_T. */
  private double loss(ReferenceRnn reference, double[][][] sequences) {
    double sum = 0;
    for (int b = 0; b < B; b++) {
      double[] last = reference.last(sequences[b]);
      for (int j = 0; j < H; j++) {
        sum += v.get(b, j) * last[j];
      }
    }
    return sum;
  }

  @Test
  void readsAsTheFormulaSays() {
    Tensor last = rnn.forward(x);
    for (int b = 0; b < B; b++) {
      double[] expected = reference().last(sequences()[b]);
      for (int j = 0; j < H; j++) {
        assertEquals(expected[j], last.get(b, j), TOLERANCE, "h_T[" + b + "][" + j + "]");
      }
    }
  }

  @Test
  void gradientsAreTheSlopes() {
    Tensor dx = Tensor.allocate(T, B, I);
    rnn.forward(x);
    rnn.backward(x, v, dx);
    ReferenceRnn reference = reference();
    double[][][] sequences = sequences();
    List<Parameter> all = rnn.parameters();
    double[][][] values = {
      reference.weightIh, {reference.biasIh}, reference.weightHh, {reference.biasHh}
    };
    for (int p = 0; p < values.length; p++) {
      for (int r = 0; r < values[p].length; r++) {
        int columns = values[p][r].length;
        for (int c = 0; c < columns; c++) {
          float found = all.get(p).gradient().toArray()[r * columns + c];
          double slope = slope(values[p][r], c, reference, sequences);
          assertEquals(slope, found, TOLERANCE, all.get(p).name() + "[" + r + "][" + c + "]");
        }
      }
    }
    for (int b = 0; b < B; b++) {
      for (int t = 0; t < T; t++) {
        for (int i = 0; i < I; i++) {
          double slope = slope(sequences[b][t], i, reference, sequences);
          assertEquals(slope, dx.get(t, b, i), TOLERANCE, "x[" + t + "][" + b + "][" + i + "]");
        }
      }
    }
  }

  private double slope(double[] row, int at, ReferenceRnn reference, double[][][] sequences) {
    double value = row[at];
    row[at] = value + STEP;
    double above = loss(reference, sequences);
    row[at] = value - STEP;
    double below = loss(reference, sequences);
    row[at] = value;
    return (above - below) / (2 * STEP);
  }

  @Test
  void gradientsAreOverwritten() {
    rnn.forward(x);
    rnn.backward(x, v, null);
    List<float[]> once = rnn.parameters().stream().map(p -> p.gradient().toArray()).toList();
    rnn.forward(x);
    rnn.backward(x, v, null);
    for (int p = 0; p < once.size(); p++) {
      assertArrayEquals(once.get(p), rnn.parameters().get(p).gradient().toArray());
    }
  }
}
