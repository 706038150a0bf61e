package io.github.lstm4j;

/**
 * How a model runs, apart from what it computes.
 *
 * @param backend where the arithmetic runs; {@link Backend#AUTO} unless set
 * @param cpuVariant which CPU variant of the native kernels runs: {@code baseline}, {@code avx2},
 *     {@code avx512} or {@code neon}; null for the widest that the CPU supports. Other backends
 *     have none.
 * @param schedule how the native backend walks through a layer; {@link Schedule#AUTO} unless set
 */
public record LstmOptions(Backend backend, String cpuVariant, Schedule schedule) {
  /**
   * Checks the combination.
   *
   * @throws IllegalArgumentException if a CPU variant or schedule is named for a backend other than
   *     NATIVE
   */
  public LstmOptions {
    Checks.notNull("backend", backend);
    Checks.notNull("schedule", schedule);
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
    return new LstmOptions(backend, null, Schedule.AUTO);
  }

  /** Returns options for the native backend in one CPU variant. */
  public static LstmOptions nativeVariant(String cpuVariant) {
    return new LstmOptions(Backend.NATIVE, cpuVariant, Schedule.AUTO);
  }

  /** Returns a copy with another {@link #schedule}. */
  public LstmOptions withSchedule(Schedule value) {
    return new LstmOptions(backend, cpuVariant, value);
  }
}
