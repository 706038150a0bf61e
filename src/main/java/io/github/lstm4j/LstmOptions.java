package io.github.lstm4j;

/**
 * How a model runs, apart from what it computes.
 *
 * @param backend where the arithmetic runs; {@link Backend#AUTO} unless set
 * @param cpuVariant which CPU variant of the native kernels runs: {@code baseline}, {@code avx2},
 *     {@code avx512} or {@code neon}; null for what system property lstm4j.native.isa names, else
 *     the widest that the CPU supports. Other backends have none.
 * @param schedule how the native backend walks through a layer; {@link Schedule#AUTO} unless set
 * @param threads how many threads one call may use, its own included, 1 or more; 1 unless set.
 *     Helpers come from one pool for each class loader that loads this, of one thread less than the
 *     JVM has processors (63 at most; system property lstm4j.threads.max); a call takes those that
 *     are idle and never waits for one that serves another call, and does without where the system
 *     gives none. Calls too small to gain, and those of virtual threads, stay on their own thread.
 */
public record LstmOptions(Backend backend, String cpuVariant, Schedule schedule, int threads) {
  /**
   * Checks the combination.
   *
   * @throws IllegalArgumentException if a CPU variant or schedule is named for a backend other than
   *     NATIVE, backend or schedule is null, or threads are fewer than 1
   */
  public LstmOptions {
    Checks.notNull("backend", backend);
    Checks.notNull("schedule", schedule);
    if (threads < 1) {
      throw new IllegalArgumentException("threads: expected 1 or more, got " + threads);
    }
    if (schedule != Schedule.AUTO && backend != Backend.NATIVE) {
      throw new IllegalArgumentException(
          "schedule: expected AUTO for backend "
              + backend
              + " (only NATIVE has a choice), got "
              + schedule);
    }
    if (cpuVariant != null && backend != Backend.NATIVE) {
      throw new IllegalArgumentException(
          "cpuVariant: expected none for backend "
              + backend
              + " (only NATIVE has variants), got "
              + cpuVariant);
    }
  }

  /** Returns {@link Backend#AUTO} and no variant. */
  public static LstmOptions defaults() {
    return of(Backend.AUTO);
  }

  /** Returns options for one backend. */
  public static LstmOptions of(Backend backend) {
    return new LstmOptions(backend, null, Schedule.AUTO, 1);
  }

  /** Returns options for the native backend in one CPU variant. */
  public static LstmOptions nativeVariant(String cpuVariant) {
    return new LstmOptions(Backend.NATIVE, cpuVariant, Schedule.AUTO, 1);
  }

  /** Returns a copy with another {@link #schedule}. */
  public LstmOptions withSchedule(Schedule value) {
    return new LstmOptions(backend, cpuVariant, value, threads);
  }

  /** Returns a copy with another {@link #threads}. */
  public LstmOptions withThreads(int value) {
    return new LstmOptions(backend, cpuVariant, schedule, value);
  }
}
