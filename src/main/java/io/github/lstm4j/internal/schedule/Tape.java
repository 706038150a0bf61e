package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Kept;
import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.kernels.LayerKernel;
import io.github.lstm4j.internal.memory.Floats;
import java.util.Arrays;

/**
 * What a training forward keeps for the backward: the input of every layer, and what every cell
 * keeps. Grows to the largest call seen.
 */
public final class Tape {
  private final LayerKernel[] cells;
  private final Kept[] kept;
  private final Floats[] inputs;
  private final Dropout dropout;

  /**
   * An empty tape.
   *
   * @param kernels the backend
   * @param cells index {@code layer · directions + direction}
   * @param layers number of layers
   * @param dropout between the layers
   */
  public Tape(Kernels kernels, LayerKernel[] cells, int layers, Dropout dropout) {
    this.cells = cells;
    this.dropout = dropout;
    kept = new Kept[cells.length];
    for (int k = 0; k < kept.length; k++) {
      kept[k] = kernels.newKept();
    }
    inputs = new Floats[layers];
    Arrays.fill(inputs, Floats.allocate(0));
  }

  /** Makes room for a call. */
  void begin(int rows, int inputSize, int width) {
    for (int layer = 0; layer < inputs.length; layer++) {
      int columns = layer == 0 ? inputSize : width;
      inputs[layer] = Workspace.atLeast(inputs[layer], Math.multiplyExact(rows, columns));
    }
    for (int k = 0; k < kept.length; k++) {
      cells[k].makeRoom(kept[k], rows);
    }
    dropout.begin(); // last: a forward that finds no memory is repeated with the same masks
  }

  /** The input rows of a layer. */
  Floats input(int layer) {
    return inputs[layer];
  }

  /** What a cell keeps. */
  Kept kept(int cell) {
    return kept[cell];
  }

  /** Drops numbers of a layer's output, or of its gradient: the same ones. */
  void dropout(int layer, Floats rows, int count) {
    dropout.apply(layer, rows, count);
  }

  /** Memory in use. */
  public long bytes() {
    long bytes = 0;
    for (Floats input : inputs) {
      bytes += (long) input.size() * Float.BYTES;
    }
    for (Kept k : kept) {
      bytes += k.bytes();
    }
    return bytes;
  }
}
