package io.github.lstm4j.internal.bindings;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of native/include/lstm4j.h, which documents them. JavaCPP generates the JNI code
 * for these declarations; the C compiler checks them against the header.
 *
 * <p>Buffers are passed as addresses: no object is looked into on the way. Callers keep the memory
 * reachable. Available only once {@link NativeLibrary} has loaded the library.
 */
@Platform(cinclude = "lstm4j.h", link = "lstm4j", library = "jnilstm4j")
@NoException
public final class CKernels {
  private CKernels() {}

  /** Number of CPU variants. */
  public static native int lstm4j_isa_count();

  /** Name of a variant. */
  public static native @Cast("const char*") String lstm4j_isa_name(int isa);

  /** 1 if this CPU runs the variant. */
  public static native int lstm4j_isa_supported(int isa);

  /** Floats per vector. */
  public static native int lstm4j_isa_width(int isa);

  /** The fused cell. */
  public static native void lstm4j_cell(
      int isa,
      @Cast("size_t") long rows,
      @Cast("size_t") long hidden,
      @Cast("const float*") long gates,
      @Cast("const float*") long bias,
      @Cast("float*") long c,
      @Cast("float*") long h,
      @Cast("float*") long out,
      @Cast("size_t") long outStride);

  /** Copies rows. */
  public static native void lstm4j_copy_rows(
      @Cast("size_t") long rows,
      @Cast("size_t") long columns,
      @Cast("const float*") long from,
      @Cast("size_t") long fromStride,
      @Cast("float*") long to,
      @Cast("size_t") long toStride);

  /** Floats in a packed matrix. */
  public static native @Cast("size_t") long lstm4j_packed_size(
      int isa, @Cast("size_t") long columns, @Cast("size_t") long k, int gates);

  /** Packs a matrix. */
  public static native void lstm4j_pack(
      int isa,
      @Cast("size_t") long columns,
      @Cast("size_t") long k,
      int gates,
      @Cast("const float*") long weights,
      @Cast("float*") long packed);

  /** Packs a matrix that is given transposed. */
  public static native void lstm4j_pack_transposed(
      int isa,
      @Cast("size_t") long columns,
      @Cast("size_t") long k,
      @Cast("const float*") long weights,
      @Cast("float*") long packed);

  /** Hidden units rounded up to whole vectors. */
  public static native @Cast("size_t") long lstm4j_padded(int isa, @Cast("size_t") long hidden);

  /** A product with packed weights. */
  public static native void lstm4j_multiply(
      int isa,
      @Cast("size_t") long rows,
      @Cast("size_t") long columns,
      @Cast("size_t") long k,
      @Cast("const float*") long a,
      @Cast("size_t") long aStride,
      @Cast("const float*") long packed,
      @Cast("float*") long c,
      @Cast("size_t") long cStride,
      int add);

  /** Time steps of one layer and direction. */
  public static native void lstm4j_recurrence(
      int isa,
      @Cast("size_t") long steps,
      @Cast("size_t") long rows,
      @Cast("size_t") long hidden,
      @Cast("size_t") long projection,
      @Cast("const float*") long gates,
      @Cast("ptrdiff_t") long gatesStep,
      @Cast("const float*") long bias,
      @Cast("const float*") long weightsHh,
      @Cast("const float*") long weightsHr,
      @Cast("float*") long h,
      @Cast("float*") long c,
      @Cast("float*") long cellOut,
      @Cast("float*") long out,
      @Cast("ptrdiff_t") long outStep,
      @Cast("size_t") long outStride);

  /** The same, keeping what the gradient needs. */
  public static native void lstm4j_recurrence_kept(
      int isa,
      @Cast("size_t") long steps,
      @Cast("size_t") long rows,
      @Cast("size_t") long hidden,
      @Cast("size_t") long projection,
      @Cast("float*") long gates,
      @Cast("ptrdiff_t") long gatesStep,
      @Cast("const float*") long bias,
      @Cast("const float*") long weightsHh,
      @Cast("const float*") long weightsHr,
      @Cast("float*") long h,
      @Cast("float*") long c,
      @Cast("float*") long cellOut,
      @Cast("float*") long out,
      @Cast("ptrdiff_t") long outStep,
      @Cast("size_t") long outStride,
      @Cast("float*") long hBefore,
      @Cast("float*") long cBefore,
      @Cast("ptrdiff_t") long beforeStep);

  /** The gradient of the recurrence. */
  public static native void lstm4j_backward(
      int isa,
      @Cast("size_t") long steps,
      @Cast("size_t") long rows,
      @Cast("size_t") long hidden,
      @Cast("size_t") long projection,
      @Cast("const float*") long gates,
      @Cast("const float*") long cBefore,
      @Cast("const float*") long weightsHh,
      @Cast("const float*") long weightsHr,
      @Cast("const float*") long dOut,
      @Cast("size_t") long dOutStride,
      @Cast("float*") long dH,
      @Cast("float*") long dC,
      @Cast("float*") long dGates,
      @Cast("float*") long dProjected,
      @Cast("float*") long cellOut,
      @Cast("float*") long dCellOut,
      @Cast("ptrdiff_t") long rowStep,
      int toState);

  /** Floats of scratch for products over rows. */
  public static native @Cast("size_t") long lstm4j_outer_scratch(
      int isa, @Cast("size_t") long m, @Cast("size_t") long n1, @Cast("size_t") long n2);

  /** Products over rows, and sums. */
  public static native void lstm4j_outer(
      int isa,
      @Cast("size_t") long rows,
      @Cast("size_t") long m,
      @Cast("const float*") long a,
      @Cast("size_t") long aStride,
      @Cast("size_t") long n1,
      @Cast("const float*") long b1,
      @Cast("float*") long c1,
      @Cast("size_t") long n2,
      @Cast("const float*") long b2,
      @Cast("float*") long c2,
      int add,
      @Cast("float*") long sums,
      @Cast("float*") long scratch);

  /** Part of one time step. */
  public static native void lstm4j_step(
      int isa,
      @Cast("size_t") long rows,
      @Cast("size_t") long hidden,
      @Cast("size_t") long firstPanel,
      @Cast("size_t") long panels,
      int descending,
      @Cast("const float*") long gates,
      @Cast("const float*") long bias,
      @Cast("const float*") long weightsHh,
      @Cast("const float*") long hIn,
      @Cast("size_t") long hInStride,
      @Cast("float*") long c,
      @Cast("float*") long hOut,
      @Cast("size_t") long hOutStride);

  /** Asks for large pages under fresh memory. */
  public static native void lstm4j_renew_as_huge_pages(
      @Cast("void*") long memory, @Cast("size_t") long bytes);

  /** sigmoid, element by element. */
  public static native void lstm4j_sigmoid(
      int isa, @Cast("size_t") long n, @Cast("const float*") long x, @Cast("float*") long y);

  /** tanh, element by element. */
  public static native void lstm4j_tanh(
      int isa, @Cast("size_t") long n, @Cast("const float*") long x, @Cast("float*") long y);
}
