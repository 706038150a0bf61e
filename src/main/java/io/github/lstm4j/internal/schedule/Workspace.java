package io.github.lstm4j.internal.schedule;

import io.github.lstm4j.internal.kernels.Kernels;
import io.github.lstm4j.internal.memory.Floats;

/**
 * The temporary memory of one call at a time. Every part grows to the largest call seen and stays,
 * so that a call of a shape already seen allocates nothing.
 */
public final class Workspace {
  /** The call to run, for the caller to fill. */
  public final ForwardCall call = new ForwardCall();

  /** What a training forward keeps; null for inference. */
  public Tape tape;

  final LayerJob job;

  final CopyJob copy = new CopyJob(call);

  /** Input rows in packed order, where the caller's are in another. */
  Floats input = Floats.allocate(0);

  /** Output of every second layer. */
  Floats middle = Floats.allocate(0);

  /** Output rows in packed order, where the caller wants another. */
  Floats output = Floats.allocate(0);

  /** The state of all layers and directions, in packed order. */
  Floats h = Floats.allocate(0);

  /** See {@link #h}. */
  Floats c = Floats.allocate(0);

  Workspace(Kernels kernels) {
    job = new LayerJob(kernels);
  }

  /** Lets go of the caller's memory. */
  public void clear() {
    call.clear();
    job.clear();
  }

  /** Memory in use, besides the tape. */
  public long bytes() {
    long floats = (long) input.size() + middle.size() + output.size() + h.size() + c.size();
    return floats * Float.BYTES;
  }

  static Floats atLeast(Floats floats, int size) {
    return floats.size() >= size ? floats : Floats.allocate(size);
  }

  static int[] atLeast(int[] array, int size) {
    return array.length >= size ? array : new int[size];
  }
}
