package io.github.lstm4j.internal.schedule;

/**
 * From the lengths of a batch's sequences to packed order: longest first, equal lengths as given.
 */
public final class BatchOrder {
  private BatchOrder() {}

  /**
   * Sorts by counting.
   *
   * @param lengths one per sequence, each 1 or more; read
   * @param batch how many elements of {@code lengths} count
   * @param maxLength the greatest of them
   * @param order at least {@code batch} elements: receives the sequence that each packed row is
   * @param batchSizes at least {@code maxLength + 1} elements: receives, at {@code t < maxLength},
   *     how many sequences are longer than {@code t}
   */
  public static void sort(int[] lengths, int batch, int maxLength, int[] order, int[] batchSizes) {
    for (int t = 0; t <= maxLength; t++) {
      batchSizes[t] = 0;
    }
    for (int b = 0; b < batch; b++) {
      batchSizes[lengths[b]]++;
    }
    // From "how many have length n" to "how many are longer than n", which is also where the first
    // sequence of length n belongs.
    int longer = 0;
    for (int n = maxLength; n >= 0; n--) {
      int exactly = batchSizes[n];
      batchSizes[n] = longer;
      longer += exactly;
    }
    for (int b = 0; b < batch; b++) {
      order[batchSizes[lengths[b]]++] = b;
    }
    // Placing them moved every count to the next length's; length n's slot now holds "n or longer".
    for (int n = 0; n < maxLength; n++) {
      batchSizes[n] = batchSizes[n + 1];
    }
  }
}
