package io.github.lstm4j;

/**
 * Which backend a model runs on, and why.
 *
 * @param requested what was asked for
 * @param backend what runs: never {@link Backend#AUTO}
 * @param variant CPU variant or vector shape, for example {@code avx512}
 * @param schedule schedule of the recurrence, for example {@code PACKED}
 * @param blas OpenBLAS's version and build, core name, and its threads and who set them; {@code
 *     none} for the Java backends
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

  /** Returns one line with everything. */
  @Override
  public String toString() {
    String products = backend == Backend.NATIVE ? ", " + blas : "";
    return backend + " " + variant + ", schedule " + schedule + products + " (" + reason + ")";
  }
}
