package io.github.lstm4j.cli.training;

import io.github.lstm4j.Tensor;

/**
 * Memory for a tensor whose size changes from batch to batch; it grows, and is never given back
 * while the room lives. The tensors of one room share it: only the last is valid.
 */
final class Room {
  private Tensor memory = Tensor.allocate(0);

  /** A tensor with whatever the memory holds. */
  Tensor of(int... shape) {
    long size = 1;
    for (int d : shape) {
      size *= d;
    }
    if (size > memory.size()) {
      // Some more, so that slowly growing batches do not allocate each time.
      memory = Tensor.allocate((int) Math.min(Tensor.MAX_SIZE, Math.max(size, size * 5 / 4)));
    }
    return Tensor.wrap(memory.data().slice(0, (int) Math.min(size, memory.size())), shape);
  }
}
