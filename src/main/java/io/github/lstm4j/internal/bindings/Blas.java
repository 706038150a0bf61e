package io.github.lstm4j.internal.bindings;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.concurrent.Semaphore;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Single-precision matrix products by OpenBLAS, on memory given by address. An object holds three
 * reusable pointers, so that a call allocates nothing; it is used by one thread at a time.
 */
public final class Blas {
  /**
   * Calls in flight in this JVM. The bytedeco build of OpenBLAS has 128 work buffers and 512
   * auxiliary ones; it warns beyond the former and ends the process beyond the sum. This leaves
   * room for calls that a host makes on its own.
   */
  static final int MAX_IN_FLIGHT = 96;

  private static final Semaphore IN_FLIGHT = new Semaphore(MAX_IN_FLIGHT);

  private final View a = new View();
  private final View b = new View();
  private final View c = new View();

  /** A pointer that can be moved to another address. Owns nothing, so it needs no deallocator. */
  private static final class View extends FloatPointer {
    View() {
      super((Pointer) null);
    }

    View at(long newAddress) {
      address = newAddress;
      return this;
    }
  }

  /**
   * {@code C = A · B^T + beta · C} with all matrices row-major and dense: A is {@code [m, k]}, B is
   * {@code [n, k]}, C is {@code [m, n]}. With {@code beta} 0, C is not read. C overlaps neither A
   * nor B.
   */
  public void multiplyTransposed(int m, int n, int k, long aAt, long bAt, float beta, long cAt) {
    IN_FLIGHT.acquireUninterruptibly();
    try {
      if (m == 1) {
        cblas_sgemv(
            CblasRowMajor, CblasNoTrans, n, k, 1f, b.at(bAt), k, a.at(aAt), 1, beta, c.at(cAt), 1);
      } else {
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            m,
            n,
            k,
            1f,
            a.at(aAt),
            k,
            b.at(bAt),
            k,
            beta,
            c.at(cAt),
            n);
      }
    } finally {
      IN_FLIGHT.release();
    }
  }
}
