package io.github.lstm4j.io;

/**
 * How much of the heap an unpickled object may still take, by a rough count. What is thrown away
 * again counts all the same, so the budget bounds the time as well.
 */
final class HeapBudget {
  private final long limit;
  private long used;

  HeapBudget(long limit) {
    this.limit = limit;
  }

  void charge(long bytes) throws CheckpointException {
    used += bytes;
    if (used > limit) {
      throw new CheckpointException(
          "expected a pickle that needs at most "
              + limit
              + " bytes of heap (the limit follows -Xmx), found more");
    }
  }
}
