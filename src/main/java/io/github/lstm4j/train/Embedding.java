package io.github.lstm4j.train;

import io.github.lstm4j.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * PyTorch's {@code nn.Embedding}: row {@code i} of {@code weight [V, E]} stands for index {@code
 * i}.
 *
 * <p><b>Thread-safety</b>: {@link #forward} may run in several threads, as long as nobody writes
 * the weight; {@link #backward} writes the gradient.
 */
public final class Embedding {
  /** Stands for "no padding index". */
  public static final int NO_PADDING = -1;

  private final Tensor weight;
  private final Tensor gradient;
  private final int paddingIndex;

  private Embedding(Tensor weight, int paddingIndex) {
    this.weight = weight;
    this.gradient = Tensor.allocate(weight.shape());
    this.paddingIndex = paddingIndex;
  }

  /**
   * Makes an embedding of given weights.
   *
   * @param weight {@code [V, E]}; shared
   * @param paddingIndex an index whose row gets no gradient, so that training leaves it as it is;
   *     or {@link #NO_PADDING}
   * @throws IllegalArgumentException if the shape or the index does not fit
   */
  public static Embedding of(Tensor weight, int paddingIndex) {
    Checks.notNull("weight", weight);
    if (weight.rank() != 2 || weight.size() == 0) {
      throw new IllegalArgumentException("weight: expected shape [V, E], got " + weight);
    }
    if (paddingIndex != NO_PADDING && (paddingIndex < 0 || paddingIndex >= weight.dim(0))) {
      throw new IllegalArgumentException(
          "paddingIndex: expected 0.."
              + (weight.dim(0) - 1)
              + " or NO_PADDING, got "
              + paddingIndex);
    }
    return new Embedding(weight, paddingIndex);
  }

  /**
   * Makes a fresh embedding as PyTorch initialises it: N(0, 1), and zeros for the padding index.
   * Element {@code k} is {@code CounterRandom.gaussian(seed, k)}.
   *
   * @param numEmbeddings V, the number of indices, 1 or more
   * @param embeddingDim E, 1 or more
   * @param paddingIndex as in {@link #of}
   * @param seed any number
   * @throws IllegalArgumentException if a number is outside its range
   */
  public static Embedding initialize(
      int numEmbeddings, int embeddingDim, int paddingIndex, long seed) {
    Checks.positive("numEmbeddings", numEmbeddings);
    Checks.positive("embeddingDim", embeddingDim);
    Embedding embedding = of(Tensor.allocate(numEmbeddings, embeddingDim), paddingIndex);
    FloatBuffer data = embedding.weight.data();
    for (int k = 0; k < data.capacity(); k++) {
      boolean padding = k / embeddingDim == paddingIndex;
      data.put(k, padding ? 0 : (float) CounterRandom.gaussian(seed, k));
    }
    return embedding;
  }

  /**
   * Looks rows up.
   *
   * @param indices from 0 to {@code V - 1}; read
   * @param into {@code [.., E]} with one row per index; written. Memory of its own.
   * @throws IllegalArgumentException if an index or the shape does not fit, or {@code into}
   *     {@linkplain Tensor#sharesMemory shares memory} with the weight
   */
  public void forward(int[] indices, Tensor into) {
    check(indices, "into", into);
    Checks.notSameMemory("into", into, "weight", weight);
    int width = weight.dim(1);
    FloatBuffer from = weight.data();
    FloatBuffer to = into.data();
    for (int k = 0; k < indices.length; k++) {
      to.put(k * width, from, indices[k] * width, width);
    }
  }

  /**
   * Adds up the gradient of the weight: row {@code i} is the sum of the rows of {@code
   * outputGradient} where the index is {@code i}, in their order; zeros for the padding index.
   *
   * @param indices as given to {@link #forward}; read
   * @param outputGradient {@code [.., E]} with one row per index; read
   * @param accumulate whether to add to the gradient, as PyTorch does, or to overwrite it
   * @throws IllegalArgumentException if an index or the shape does not fit
   */
  public void backward(int[] indices, Tensor outputGradient, boolean accumulate) {
    check(indices, "outputGradient", outputGradient);
    int width = weight.dim(1);
    FloatBuffer from = outputGradient.data();
    FloatBuffer to = gradient.data();
    if (!accumulate) {
      gradient.fill(0);
    }
    float[] row = new float[width];
    float[] sum = new float[width];
    for (int k = 0; k < indices.length; k++) {
      if (indices[k] != paddingIndex) {
        from.get(k * width, row);
        to.get(indices[k] * width, sum);
        for (int j = 0; j < width; j++) {
          sum[j] += row[j];
        }
        to.put(indices[k] * width, sum);
      }
    }
  }

  /**
   * Lists {@code weight}.
   *
   * @param prefix put before the name, for example {@code "embedding."}
   */
  public List<Parameter> parameters(String prefix) {
    return List.of(new Parameter(prefix + "weight", weight, gradient));
  }

  private void check(int[] indices, String name, Tensor rows) {
    Checks.notNull("indices", indices);
    Checks.rows(name, rows, weight.dim(1), indices.length);
    for (int k = 0; k < indices.length; k++) {
      if (indices[k] < 0 || indices[k] >= weight.dim(0)) {
        throw new IllegalArgumentException(
            "indices["
                + k
                + "]: expected 0.."
                + (weight.dim(0) - 1)
                + " (rows of the weight), got "
                + indices[k]);
      }
    }
  }

  /** Returns what PyTorch prints, for example {@code Embedding(10, 3, padding_idx=0)}. */
  @Override
  public String toString() {
    String padding = paddingIndex == NO_PADDING ? "" : ", padding_idx=" + paddingIndex;
    return "Embedding(" + weight.dim(0) + ", " + weight.dim(1) + padding + ")";
  }
}
