package io.github.lstm4j;

/**
 * Which backend a model runs on, and why.
 *
 * @param requested what was asked for
 * @param backend what runs: never {@link Backend#AUTO}
 * @param variant CPU variant or vector shape, for example {@code avx512}
 * @param schedule {@code PACKED} or {@code GEMM}; {@code none} for the Java backends, which have no
 *     choice
 * @param blas OpenBLAS's version and build, core name, and its threads and who set them; {@code
 *     none} unless the schedule is GEMM, as nothing else needs it
 * @param reason why this backend and variant, and, after AUTO passed over a better one, the full
 *     reason
 */
public record BackendReport(
    Backend requested,
    Backend backend,
    String variant,
    String schedule,
    String blas,
    String reason) {

  static final String NONE = "none";

  /** Returns one line with everything. */
  @Override
  public String toString() {
    String how = schedule.equals(NONE) ? "" : ", schedule " + schedule;
    String products = blas.equals(NONE) ? "" : ", " + blas;
    return backend + " " + variant + how + products + " (" + reason + ")";
  }
}
