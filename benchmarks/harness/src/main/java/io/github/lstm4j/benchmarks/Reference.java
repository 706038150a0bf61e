package io.github.lstm4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The expected output, from the definition in double precision; shares nothing with any engine.
 * Computed once per shape and kept in a file, since it takes seconds at the large ones.
 */
public final class Reference {
  private Reference() {}

  /**
   * Returns the expected output {@code [T, B, D·H]}, computing it if the folder does not have it.
   *
   * @param folder where answers are kept
   */
  public static float[] output(Workload workload, Path folder) {
    Path file = folder.resolve(workload.shape() + ".f32");
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        Path fresh = Files.createTempFile(folder, "reference", ".part");
        Files.write(fresh, bytes(compute(workload)));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      }
      float[] output = new float[workload.outputSize()];
      ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer().get(output);
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("reference answer " + file, e);
    }
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static float[] compute(Workload workload) {
    Shape shape = workload.shape();
    double[][] rows = new double[shape.steps() * shape.batch()][shape.input()];
    for (int r = 0; r < rows.length; r++) {
      for (int k = 0; k < shape.input(); k++) {
        rows[r][k] = workload.input()[r * shape.input() + k];
      }
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      double[][] next = new double[rows.length][workload.outputWidth()];
      for (int direction = 0; direction < shape.directions(); direction++) {
        ReferenceCell cell = new ReferenceCell(workload, layer, direction);
        for (int b = 0; b < shape.batch(); b++) {
          sequence(workload, cell, direction, b, rows, next);
        }
      }
      rows = next;
    }
    float[] output = new float[workload.outputSize()];
    for (int r = 0; r < rows.length; r++) {
      for (int k = 0; k < workload.outputWidth(); k++) {
        output[r * workload.outputWidth() + k] = (float) rows[r][k];
      }
    }
    return output;
  }

  private static void sequence(
      Workload workload,
      ReferenceCell cell,
      int direction,
      int b,
      double[][] rows,
      double[][] next) {
    int hidden = workload.shape().hidden();
    int length = workload.lengths()[b];
    double[] h = new double[hidden];
    double[] c = new double[hidden];
    for (int s = 0; s < length; s++) {
      int step = direction == 0 ? s : length - 1 - s;
      int row = step * workload.shape().batch() + b;
      cell.step(rows[row], h, c);
      System.arraycopy(h, 0, next[row], direction * hidden, hidden);
    }
  }
}
