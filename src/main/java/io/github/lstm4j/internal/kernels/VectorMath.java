package io.github.lstm4j.internal.kernels;

import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.lstm4j.internal.memory.Floats;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Set;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API. Weights are packed once into panels of four vectors of columns, {@code [n /
 * 4w][k][4w]}, and read in the order they lie in memory. The sums of a panel and of one, two or
 * four rows stay in registers over a block of {@code k}, whose weights stay in the L1 cache for all
 * rows.
 */
final class VectorMath implements HeapMath {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int W = F.length();
  private static final int PANEL = 4 * W;

  /** Of the gates in PyTorch's order, those that are not g. */
  private static final int[] SIGMOIDS = {0, 1, 3};

  private static final Set<String> X86 = Set.of("amd64", "x86_64");

  /**
   * Inputs per loop over sums in registers. C2 puts no safepoint into a loop that it knows to be
   * this short (LoopStripMiningIterShortLoop); at a safepoint, vectors would have to be objects.
   */
  private static final int BLOCK = 96;

  private final boolean fourRows;

  VectorMath() {
    this(F.vectorBitSize() == 512 || !X86.contains(System.getProperty("os.arch")));
  }

  /**
   * Chooses the inner loop.
   *
   * @param fourRows whether a panel's weights serve four rows at a time, or only two. Four rows
   *     need 21 registers: x86 has 16 without AVX-512, and then two are half as fast again
   */
  VectorMath(boolean fourRows) {
    this.fourRows = fourRows;
  }

  private record Panels(float[] data, int n, int k) implements Matrix {}

  @Override
  public int padded(int columns) {
    return (columns + PANEL - 1) / PANEL * PANEL;
  }

  @Override
  public Matrix matrix(int n, int k) {
    return new Panels(new float[Floats.checkedSize((long) padded(n) * k)], n, k);
  }

  @Override
  public void pack(FloatBuffer weights, Matrix into) {
    Panels w = (Panels) into;
    for (int row = 0; row < w.n; row++) {
      int panel = row / PANEL * PANEL * w.k;
      for (int column = 0; column < w.k; column++) {
        w.data[panel + column * PANEL + row % PANEL] = weights.get(row * w.k + column);
      }
    }
  }

  @Override
  public void packTransposed(FloatBuffer from, int at, int stride, int rows, Matrix into) {
    Panels w = (Panels) into;
    for (int n = 0; n < w.n; n += PANEL) {
      int panel = n * w.k;
      int some = Math.min(PANEL, w.n - n);
      for (int j = 0; j < rows; j++) {
        from.get(at + j * stride + n, w.data, panel + j * PANEL, some);
      }
      Arrays.fill(w.data, panel + rows * PANEL, panel + w.k * PANEL, 0f);
    }
  }

  @Override
  public void multiply(
      Matrix weights,
      int rows,
      float[] a,
      int aOffset,
      int aStride,
      float[] z,
      int zOffset,
      int zStride,
      boolean accumulate,
      float[] sums) {
    Panels w = (Panels) weights;
    // Always load the sums: C2 makes objects of vectors that are either loaded or zero.
    for (int r = 0; r < rows && !accumulate; r++) {
      int row = zOffset + r * zStride;
      Arrays.fill(z, row, row + padded(w.n), 0f);
    }
    for (int column = 0; column < w.n; column += PANEL) {
      for (int k = 0; k < w.k; k += BLOCK) {
        int panel = column * w.k + k * PANEL;
        int count = Math.min(BLOCK, w.k - k);
        int zAt = zOffset + column;
        int aAt = aOffset + k;
        int r = 0;
        for (; fourRows && r + 4 <= rows; r += 4) {
          fourRows(
              w.data, panel, count, a, aAt + r * aStride, aStride, z, zAt + r * zStride, zStride);
        }
        for (; r + 2 <= rows; r += 2) {
          twoRows(
              w.data, panel, count, a, aAt + r * aStride, aStride, z, zAt + r * zStride, zStride);
        }
        if (r < rows) {
          oneRow(w.data, panel, count, a, aAt + r * aStride, z, zAt + r * zStride);
        }
      }
    }
  }

  private static void oneRow(
      float[] data, int panel, int count, float[] a, int aAt, float[] z, int zAt) {
    FloatVector s0 = FloatVector.fromArray(F, z, zAt);
    FloatVector s1 = FloatVector.fromArray(F, z, zAt + W);
    FloatVector s2 = FloatVector.fromArray(F, z, zAt + 2 * W);
    FloatVector s3 = FloatVector.fromArray(F, z, zAt + 3 * W);
    int at = panel;
    for (int k = 0; k < count; k++, at += PANEL) {
      FloatVector x = broadcast(F, a[aAt + k]);
      s0 = x.fma(FloatVector.fromArray(F, data, at), s0);
      s1 = x.fma(FloatVector.fromArray(F, data, at + W), s1);
      s2 = x.fma(FloatVector.fromArray(F, data, at + 2 * W), s2);
      s3 = x.fma(FloatVector.fromArray(F, data, at + 3 * W), s3);
    }
    s0.intoArray(z, zAt);
    s1.intoArray(z, zAt + W);
    s2.intoArray(z, zAt + 2 * W);
    s3.intoArray(z, zAt + 3 * W);
  }

  private static void twoRows(
      float[] data,
      int panel,
      int count,
      float[] a,
      int aAt,
      int aStride,
      float[] z,
      int zAt,
      int zStride) {
    int z1 = zAt + zStride;
    FloatVector s00 = FloatVector.fromArray(F, z, zAt);
    FloatVector s01 = FloatVector.fromArray(F, z, zAt + W);
    FloatVector s02 = FloatVector.fromArray(F, z, zAt + 2 * W);
    FloatVector s03 = FloatVector.fromArray(F, z, zAt + 3 * W);
    FloatVector s10 = FloatVector.fromArray(F, z, z1);
    FloatVector s11 = FloatVector.fromArray(F, z, z1 + W);
    FloatVector s12 = FloatVector.fromArray(F, z, z1 + 2 * W);
    FloatVector s13 = FloatVector.fromArray(F, z, z1 + 3 * W);
    int at = panel;
    int a1 = aAt + aStride;
    for (int k = 0; k < count; k++, at += PANEL) {
      FloatVector w0 = FloatVector.fromArray(F, data, at);
      FloatVector w1 = FloatVector.fromArray(F, data, at + W);
      FloatVector w2 = FloatVector.fromArray(F, data, at + 2 * W);
      FloatVector w3 = FloatVector.fromArray(F, data, at + 3 * W);
      FloatVector x = broadcast(F, a[aAt + k]);
      s00 = x.fma(w0, s00);
      s01 = x.fma(w1, s01);
      s02 = x.fma(w2, s02);
      s03 = x.fma(w3, s03);
      x = broadcast(F, a[a1 + k]);
      s10 = x.fma(w0, s10);
      s11 = x.fma(w1, s11);
      s12 = x.fma(w2, s12);
      s13 = x.fma(w3, s13);
    }
    s00.intoArray(z, zAt);
    s01.intoArray(z, zAt + W);
    s02.intoArray(z, zAt + 2 * W);
    s03.intoArray(z, zAt + 3 * W);
    s10.intoArray(z, z1);
    s11.intoArray(z, z1 + W);
    s12.intoArray(z, z1 + 2 * W);
    s13.intoArray(z, z1 + 3 * W);
  }

  private static void fourRows(
      float[] data,
      int panel,
      int count,
      float[] a,
      int aAt,
      int aStride,
      float[] z,
      int zAt,
      int zStride) {
    int z1 = zAt + zStride;
    int z2 = z1 + zStride;
    int z3 = z2 + zStride;
    FloatVector s00 = FloatVector.fromArray(F, z, zAt);
    FloatVector s01 = FloatVector.fromArray(F, z, zAt + W);
    FloatVector s02 = FloatVector.fromArray(F, z, zAt + 2 * W);
    FloatVector s03 = FloatVector.fromArray(F, z, zAt + 3 * W);
    FloatVector s10 = FloatVector.fromArray(F, z, z1);
    FloatVector s11 = FloatVector.fromArray(F, z, z1 + W);
    FloatVector s12 = FloatVector.fromArray(F, z, z1 + 2 * W);
    FloatVector s13 = FloatVector.fromArray(F, z, z1 + 3 * W);
    FloatVector s20 = FloatVector.fromArray(F, z, z2);
    FloatVector s21 = FloatVector.fromArray(F, z, z2 + W);
    FloatVector s22 = FloatVector.fromArray(F, z, z2 + 2 * W);
    FloatVector s23 = FloatVector.fromArray(F, z, z2 + 3 * W);
    FloatVector s30 = FloatVector.fromArray(F, z, z3);
    FloatVector s31 = FloatVector.fromArray(F, z, z3 + W);
    FloatVector s32 = FloatVector.fromArray(F, z, z3 + 2 * W);
    FloatVector s33 = FloatVector.fromArray(F, z, z3 + 3 * W);
    int at = panel;
    int a1 = aAt + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    for (int k = 0; k < count; k++, at += PANEL) {
      FloatVector w0 = FloatVector.fromArray(F, data, at);
      FloatVector w1 = FloatVector.fromArray(F, data, at + W);
      FloatVector w2 = FloatVector.fromArray(F, data, at + 2 * W);
      FloatVector w3 = FloatVector.fromArray(F, data, at + 3 * W);
      FloatVector x = broadcast(F, a[aAt + k]);
      s00 = x.fma(w0, s00);
      s01 = x.fma(w1, s01);
      s02 = x.fma(w2, s02);
      s03 = x.fma(w3, s03);
      x = broadcast(F, a[a1 + k]);
      s10 = x.fma(w0, s10);
      s11 = x.fma(w1, s11);
      s12 = x.fma(w2, s12);
      s13 = x.fma(w3, s13);
      x = broadcast(F, a[a2 + k]);
      s20 = x.fma(w0, s20);
      s21 = x.fma(w1, s21);
      s22 = x.fma(w2, s22);
      s23 = x.fma(w3, s23);
      x = broadcast(F, a[a3 + k]);
      s30 = x.fma(w0, s30);
      s31 = x.fma(w1, s31);
      s32 = x.fma(w2, s32);
      s33 = x.fma(w3, s33);
    }
    s00.intoArray(z, zAt);
    s01.intoArray(z, zAt + W);
    s02.intoArray(z, zAt + 2 * W);
    s03.intoArray(z, zAt + 3 * W);
    s10.intoArray(z, z1);
    s11.intoArray(z, z1 + W);
    s12.intoArray(z, z1 + 2 * W);
    s13.intoArray(z, z1 + 3 * W);
    s20.intoArray(z, z2);
    s21.intoArray(z, z2 + W);
    s22.intoArray(z, z2 + 2 * W);
    s23.intoArray(z, z2 + 3 * W);
    s30.intoArray(z, z3);
    s31.intoArray(z, z3 + W);
    s32.intoArray(z, z3 + 2 * W);
    s33.intoArray(z, z3 + 3 * W);
  }

  // From here on there is one activation per loop, a loop per method, and no method that takes or
  // returns a vector: C2 always inlines the Vector API's methods, but ours only up to a size (not
  // even two of the five activations fit, NodeCountInliningCutoff), and a vector that passes a call
  // is an object.

  @Override
  public void cell(
      int rows,
      int hidden,
      float[] z,
      int zOffset,
      int zStride,
      float[] bias,
      float[] c,
      float[] h,
      int stride,
      float[] gates,
      int gatesOffset,
      int gatesStride) {
    for (int r = 0; r < rows; r++) {
      int sum = zOffset + r * zStride;
      int gate = gatesOffset + r * gatesStride;
      int state = r * stride;
      for (int k : SIGMOIDS) {
        sigmoids(z, sum + k * hidden, bias, k * hidden, gates, gate + k * stride, hidden);
      }
      int candidate = gate + 2 * stride;
      sums(z, sum + 2 * hidden, bias, 2 * hidden, gates, candidate, hidden);
      tanhs(gates, candidate, gates, candidate, hidden);
      for (int j = 0; j < hidden; j += W) {
        FloatVector i = FloatVector.fromArray(F, gates, gate + j);
        FloatVector f = FloatVector.fromArray(F, gates, gate + stride + j);
        FloatVector g = FloatVector.fromArray(F, gates, gate + 2 * stride + j);
        f.fma(FloatVector.fromArray(F, c, state + j), i.mul(g)).intoArray(c, state + j);
      }
      tanhs(c, state, h, state, hidden);
      for (int j = 0; j < hidden; j += W) {
        FloatVector o = FloatVector.fromArray(F, gates, gate + 3 * stride + j);
        o.mul(FloatVector.fromArray(F, h, state + j)).intoArray(h, state + j);
      }
    }
  }

  /** {@code gate = sigmoid(z + bias)}, as {@link Activations#sigmoid}. */
  private static void sigmoids(
      float[] z, int zAt, float[] bias, int biasAt, float[] gate, int at, int hidden) {
    for (int j = 0; j < hidden; j += W) {
      FloatVector x = FloatVector.fromArray(F, z, zAt + j);
      FloatVector y = x.add(FloatVector.fromArray(F, bias, biasAt + j)).neg();
      // Comparisons, because a NaN has to stay.
      y = y.blend(Activations.SIGMOID_LOWEST, y.compare(LT, Activations.SIGMOID_LOWEST));
      y = y.blend(Activations.SIGMOID_HIGHEST, y.compare(GT, Activations.SIGMOID_HIGHEST));
      FloatVector shifted =
          y.fma(broadcast(F, Activations.LOG2_E), broadcast(F, Activations.SHIFT));
      FloatVector n = shifted.sub(Activations.SHIFT);
      FloatVector r = n.fma(broadcast(F, -Activations.LN2_HIGH), y);
      r = n.fma(broadcast(F, -Activations.LN2_LOW), r);
      FloatVector q = broadcast(F, Activations.E6).fma(r, broadcast(F, Activations.E5));
      q = q.fma(r, broadcast(F, Activations.E4));
      q = q.fma(r, broadcast(F, Activations.E3));
      q = q.fma(r, broadcast(F, Activations.E2));
      FloatVector exp = r.mul(r).fma(q, r).add(1f);
      FloatVector scale = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      FloatVector one = broadcast(F, 1f);
      one.div(scale.fma(exp, one)).intoArray(gate, at + j);
    }
  }

  /** {@code gate = z + bias}. */
  private static void sums(
      float[] z, int zAt, float[] bias, int biasAt, float[] gate, int at, int hidden) {
    for (int j = 0; j < hidden; j += W) {
      FloatVector x = FloatVector.fromArray(F, z, zAt + j);
      x.add(FloatVector.fromArray(F, bias, biasAt + j)).intoArray(gate, at + j);
    }
  }

  /** {@code y = tanh(x)}, as {@link Activations#tanh}; they may be the same. */
  private static void tanhs(float[] x, int xAt, float[] y, int yAt, int hidden) {
    for (int j = 0; j < hidden; j += W) {
      FloatVector v = FloatVector.fromArray(F, x, xAt + j).mul(-2f);
      // Comparisons, because a NaN has to stay.
      v = v.blend(-Activations.TANH_LIMIT, v.compare(LT, -Activations.TANH_LIMIT));
      v = v.blend(Activations.TANH_LIMIT, v.compare(GT, Activations.TANH_LIMIT));
      FloatVector shifted =
          v.fma(broadcast(F, Activations.LOG2_E), broadcast(F, Activations.SHIFT));
      FloatVector n = shifted.sub(Activations.SHIFT);
      FloatVector r = n.fma(broadcast(F, -Activations.LN2_HIGH), v);
      r = n.fma(broadcast(F, -Activations.LN2_LOW), r);
      FloatVector q = broadcast(F, Activations.E6).fma(r, broadcast(F, Activations.E5));
      q = q.fma(r, broadcast(F, Activations.E4));
      q = q.fma(r, broadcast(F, Activations.E3));
      q = q.fma(r, broadcast(F, Activations.E2));
      FloatVector exp = r.mul(r).fma(q, r);
      FloatVector scale = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
      FloatVector numerator = scale.neg().fma(exp, broadcast(F, 1f).sub(scale));
      numerator.div(broadcast(F, 2f).sub(numerator)).intoArray(y, yAt + j);
    }
  }

  @Override
  public void cellGradient(
      int rows,
      int hidden,
      float[] gates,
      int gatesOffset,
      float[] cBefore,
      int cOffset,
      float[] dH,
      float[] dC,
      float[] dZ,
      int zOffset,
      int zStride,
      float[] tanhC,
      int stride) {
    for (int r = 0; r < rows; r++) {
      int gate = gatesOffset + 4 * r * stride;
      int before = cOffset + r * stride;
      int state = r * stride;
      int z = zOffset + r * zStride;
      for (int j = 0; j < hidden; j += W) {
        FloatVector i = FloatVector.fromArray(F, gates, gate + j);
        FloatVector f = FloatVector.fromArray(F, gates, gate + stride + j);
        FloatVector g = FloatVector.fromArray(F, gates, gate + 2 * stride + j);
        f.fma(FloatVector.fromArray(F, cBefore, before + j), i.mul(g)).intoArray(tanhC, state + j);
      }
      tanhs(tanhC, state, tanhC, state, hidden);
      stateGradient(gates, gate + 3 * stride, dH, tanhC, dC, state, hidden);
      gateGradients(gates, gate, stride, cBefore, before, dC, state, dZ, z, hidden);
      for (int j = 0; j < hidden; j += W) {
        FloatVector o = FloatVector.fromArray(F, gates, gate + 3 * stride + j);
        FloatVector y = FloatVector.fromArray(F, tanhC, state + j);
        FloatVector h = FloatVector.fromArray(F, dH, state + j);
        h.mul(y).mul(o.mul(broadcast(F, 1f).sub(o))).intoArray(dZ, z + 3 * hidden + j);
        FloatVector f = FloatVector.fromArray(F, gates, gate + stride + j);
        FloatVector.fromArray(F, dC, state + j).mul(f).intoArray(dC, state + j);
      }
    }
  }

  /** {@code dC += dH * o * (1 - tanhC^2)}. */
  private static void stateGradient(
      float[] gates, int gate, float[] dH, float[] tanhC, float[] dC, int state, int hidden) {
    for (int j = 0; j < hidden; j += W) {
      FloatVector o = FloatVector.fromArray(F, gates, gate + j);
      FloatVector y = FloatVector.fromArray(F, tanhC, state + j);
      FloatVector h = FloatVector.fromArray(F, dH, state + j);
      FloatVector slope = broadcast(F, 1f).sub(y.mul(y));
      h.mul(o).fma(slope, FloatVector.fromArray(F, dC, state + j)).intoArray(dC, state + j);
    }
  }

  /**
   * {@code dZ} of i, f and g. One after the other, as is o's after them: a gate's last vector may
   * write over the start of the next gate's, or into the padding of the row.
   */
  private static void gateGradients(
      float[] gates,
      int gate,
      int stride,
      float[] cBefore,
      int before,
      float[] dC,
      int state,
      float[] dZ,
      int z,
      int hidden) {
    for (int j = 0; j < hidden; j += W) {
      FloatVector i = FloatVector.fromArray(F, gates, gate + j);
      FloatVector g = FloatVector.fromArray(F, gates, gate + 2 * stride + j);
      FloatVector c = FloatVector.fromArray(F, dC, state + j);
      c.mul(g).mul(i.mul(broadcast(F, 1f).sub(i))).intoArray(dZ, z + j);
    }
    for (int j = 0; j < hidden; j += W) {
      FloatVector f = FloatVector.fromArray(F, gates, gate + stride + j);
      FloatVector c = FloatVector.fromArray(F, dC, state + j);
      FloatVector old = FloatVector.fromArray(F, cBefore, before + j);
      c.mul(old).mul(f.mul(broadcast(F, 1f).sub(f))).intoArray(dZ, z + hidden + j);
    }
    for (int j = 0; j < hidden; j += W) {
      FloatVector i = FloatVector.fromArray(F, gates, gate + j);
      FloatVector g = FloatVector.fromArray(F, gates, gate + 2 * stride + j);
      FloatVector c = FloatVector.fromArray(F, dC, state + j);
      c.mul(i).mul(broadcast(F, 1f).sub(g.mul(g))).intoArray(dZ, z + 2 * hidden + j);
    }
  }

  @Override
  public String variant() {
    return F.vectorBitSize() + "-bit vectors";
  }
}
