/*
 * lstm4j: the kernels that OpenBLAS does not have. This is the only header that Java binds.
 *
 * What holds for every function here:
 *  - Pure: no allocation, no threads, no global state. The caller owns every buffer. (One function
 *    asks the operating system for something, and says so.)
 *  - Buffers are row-major float32, sizes and strides count elements. No alignment beyond that of a
 *    float is needed; rows that start on 64 bytes are fastest.
 *  - Buffers that are written may not overlap any other argument, except where said.
 *  - A size of zero is valid and touches nothing; a sum of no products is 0. Sizes are not checked:
 *    the caller did.
 *  - `isa` is an index below lstm4j_isa_count() for which lstm4j_isa_supported() is 1; anything
 *    else is undefined (an illegal instruction at best).
 *  - NaN: a NaN read in row r makes NaN of what depends on it in row r, and of nothing else.
 *    Infinities and denormals are ordinary numbers; nothing is flushed (but sigmoid is 0 where it
 *    would be far below the normal floats, and products of two activations where they are some
 *    1e-30, see docs/numerics.md).
 *  - The same variant gives the same bits for the same row, wherever the row lies in a call, if the
 *    weights are finite (see lstm4j_recurrence); but a NaN's sign and payload are any.
 */
#ifndef LSTM4J_H
#define LSTM4J_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The CPU variants compiled into this library, from the plainest (0) to the widest. */
int lstm4j_isa_count(void);

/* "baseline", "avx2", "avx512" or "neon"; valid for ever. */
const char *lstm4j_isa_name(int isa);

/* 1 if this CPU and operating system run the variant, else 0. */
int lstm4j_isa_supported(int isa);

/* Floats per vector register of the variant. */
int lstm4j_isa_width(int isa);

/*
 * The fused LSTM cell, one time step of `rows` batch rows:
 *
 *     i = sigmoid(z_i + b_i)   f = sigmoid(z_f + b_f)
 *     g = tanh(z_g + b_g)      o = sigmoid(z_o + b_o)
 *     c = f * c + i * g        h = o * tanh(c)
 *
 *   gates  [rows, 4 * hidden]  z: input and recurrent products, in gate order i, f, g, o; read
 *   bias   [4 * hidden]        b: the sum of both biases, or zeros; read
 *   c      [rows, hidden]      the cell state; read and written in place
 *   h      [rows, hidden]      written
 *   out    row r at out + r * out_stride, `hidden` floats: the same values as h; written.
 *          NULL where no second copy is wanted.
 */
void lstm4j_cell(int isa, size_t rows, size_t hidden, const float *gates, const float *bias,
                 float *c, float *h, float *out, size_t out_stride);

/* Copies `rows` rows of `columns` floats; rows lie from_stride and to_stride floats apart. */
void lstm4j_copy_rows(size_t rows, size_t columns, const float *from, size_t from_stride, float *to,
                      size_t to_stride);

/*
 * Packed weights: a matrix reordered once so that products with it read memory in order. The form
 * depends on the variant; only functions of the same variant read it.
 *
 * lstm4j_packed_size: floats that `lstm4j_pack` writes for a [columns, k] matrix. With gates != 0
 * the matrix is a gate matrix [4 * hidden, k] (columns = 4 * hidden, order i, f, g, o), whose
 * products are rows of gates in packed order: for each vector of hidden units its i, f, g and o
 * vectors, the last vector padded with zeros. Such a row has 4 * lstm4j_padded(isa, hidden) floats.
 * lstm4j_pack: reorders `weights` (row-major [columns, k], read) into `packed` (written). A bias is
 * a gate matrix with k = 1.
 */
size_t lstm4j_packed_size(int isa, size_t columns, size_t k, int gates);
void lstm4j_pack(int isa, size_t columns, size_t k, int gates, const float *weights, float *packed);

/*
 * The same for a matrix given transposed: `weights` is row-major [k, columns]. Plain panels only
 * (as lstm4j_pack with gates 0).
 */
void lstm4j_pack_transposed(int isa, size_t columns, size_t k, const float *weights, float *packed);

/* hidden rounded up to whole vectors of the variant. */
size_t lstm4j_padded(int isa, size_t hidden);

/*
 * C = A * W^T with packed W [columns, k], or with add != 0, C += A * W^T.
 *
 *   a  row r at a + r * a_stride, k floats; read
 *   c  row r at c + r * c_stride, `columns` floats; written, read only to add. For a gate matrix,
 *     `columns` is 4 * lstm4j_padded(isa, hidden).
 */
void lstm4j_multiply(int isa, size_t rows, size_t columns, size_t k, const float *a,
                     size_t a_stride, const float *packed, float *c, size_t c_stride, int add);

/*
 * The recurrence: `steps` time steps of one layer and direction, for `rows` sequences that exist in
 * all of them. Each step computes h * W_hh^T, adds it to its gates and the bias, applies the cell
 * of lstm4j_cell, and projects by W_hr if there is one.
 *
 *   projection  width of h if weights_hr is given; else ignored, and h is `hidden` wide
 *   gates       x * W_ih^T: row r of the first step at gates + r * 4 * padded, in packed gate order;
 *               read. Step t lies gates_step * t floats further (negative: time runs backwards).
 *   bias        packed gate order; read
 *   weights_hh  packed gate matrix [4 * hidden, width of h]; read
 *   weights_hr  packed matrix [projection, hidden], or NULL; read
 *   h           [rows, width of h]: the state before; replaced by the state after the last step. If
 *               it is zero in all rows, the first step leaves its product out. With finite weights
 *               that changes nothing; others then show in a row's first step or not, by its company.
 *   c           [rows, hidden]: likewise
 *   cell_out    [rows, hidden] of scratch if weights_hr is given, else ignored
 *   out         h after each step: row r of the first step at out + r * out_stride; written. Step t
 *               lies out_step * t floats further.
 */
void lstm4j_recurrence(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                       const float *gates, ptrdiff_t gates_step, const float *bias,
                       const float *weights_hh, const float *weights_hr, float *h, float *c,
                       float *cell_out, float *out, ptrdiff_t out_step, size_t out_stride);

/*
 * The same, with the same bits, keeping what lstm4j_backward needs. Besides:
 *
 *   gates     read, and replaced by the gates i, f, g, o themselves
 *   h_before  the state before each step: row r of the first step at h_before + r * width of h;
 *             written. Step t lies before_step * t rows further.
 *   c_before  likewise; row r at c_before + r * hidden
 */
void lstm4j_recurrence_kept(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                            float *gates, ptrdiff_t gates_step, const float *bias,
                            const float *weights_hh, const float *weights_hr, float *h, float *c,
                            float *cell_out, float *out, ptrdiff_t out_step, size_t out_stride,
                            float *h_before, float *c_before, ptrdiff_t before_step);

/*
 * The gradient of the recurrence with respect to the sums of its gates: `steps` steps, from the
 * last that it ran to the first. A d_x is the gradient of the loss with respect to x. Each step
 * computes, with d_h the gradient of the state after it and c recomputed as f * c_before + i * g,
 *
 *     d_h += d_out                            (then d_projected = d_h, d_h = d_projected * W_hr)
 *     d_c += d_h * o * (1 - tanh(c)^2)
 *     d_gates = d_c * g * i * (1 - i), d_c * c_before * f * (1 - f), d_c * i * (1 - g^2),
 *               d_h * tanh(c) * o * (1 - o)
 *     d_c *= f                                d_h = d_gates * W_hh
 *
 * Arrays with a row for each sequence and step are given at the first row of the step that comes
 * first here; the next step's rows lie row_step rows further (negative if the recurrence ran
 * forward in time).
 *
 *   gates        as lstm4j_recurrence_kept left them, rows of 4 * padded; read
 *   c_before     rows of `hidden`; read
 *   weights_hh   packed matrix [width of h, 4 * hidden], which is W_hh given transposed; read
 *   weights_hr   packed matrix [hidden, projection], which is W_hr given transposed, or NULL; read
 *   d_out        rows d_out_stride apart, width of h; read
 *   d_h          [rows, width of h]: of the state after the last step; replaced by that of the state
 *                before the first, or if `to_state` is 0, by anything: it saves a product
 *   d_c          [rows, hidden]: likewise
 *   d_gates      rows of 4 * hidden, in the plain order i, f, g, o; written
 *   d_projected  rows of `projection`, if weights_hr is given: d_h of the projected state; written
 *   cell_out     rows of `hidden`, if weights_hr is given: h before its projection; written
 *   d_cell_out   [rows, hidden] of scratch, if weights_hr is given
 */
void lstm4j_backward(int isa, size_t steps, size_t rows, size_t hidden, size_t projection,
                     const float *gates, const float *c_before, const float *weights_hh,
                     const float *weights_hr, const float *d_out, size_t d_out_stride, float *d_h,
                     float *d_c, float *d_gates, float *d_projected, float *cell_out,
                     float *d_cell_out, ptrdiff_t row_step, int to_state);

/*
 * C1 = A^T * B1 and C2 = A^T * B2, or with add != 0, C1 += .. and C2 += ..: sums over many rows, a
 * few hundred at a time. An element is summed in the same order whatever m, n1 and n2 are.
 *
 *   a        [rows, m]: row r at a + r * a_stride; read
 *   b1, b2   [rows, n1], [rows, n2]; read. n1 is 1 or more, n2 may be 0. Rows of zeros that those
 *            summed at a time begin or end with are left out, whatever A holds there.
 *   c1, c2   [m, n1], [m, n2]; written, read only to add. Not written if there are no rows.
 *   sums     [m]: the sum of each column of A, in double precision until it is complete; written,
 *            whatever `add` is. NULL where it is not wanted.
 *   scratch  lstm4j_outer_scratch(isa, m, n1, n2) floats
 */
size_t lstm4j_outer_scratch(int isa, size_t m, size_t n1, size_t n2);
void lstm4j_outer(int isa, size_t rows, size_t m, const float *a, size_t a_stride, size_t n1,
                  const float *b1, float *c1, size_t n2, const float *b2, float *c2, int add,
                  float *sums, float *scratch);

/*
 * One step of lstm4j_recurrence, without projection, for `panels` vectors of hidden units from
 * `first_panel` on: so that several threads can share a step. All pointers are those of the whole
 * arrays; only the panels' parts of c and h_out are written, all of h_in is read.
 *
 *   descending  1 in every second step, to go through the panels from last to first and find in the
 *               cache what the step before read last. Not done where it does not help, as in
 *               lstm4j_recurrence. The answer is the same.
 *   gates       row r at gates + r * 4 * padded
 *   h_in        row r at h_in + r * h_in_stride, `hidden` floats; must not overlap h_out. Zeros are
 *               left out as in lstm4j_recurrence.
 *   c           [rows, hidden]
 *   h_out       row r at h_out + r * h_out_stride
 */
void lstm4j_step(int isa, size_t rows, size_t hidden, size_t first_panel, size_t panels,
                 int descending, const float *gates, const float *bias, const float *weights_hh,
                 const float *h_in, size_t h_in_stride, float *c, float *h_out,
                 size_t h_out_stride);

/*
 * Asks for large pages (2 MiB) under those parts of a block that fill whole ones; without them,
 * reading weights larger than the L2 cache waits for address translation. The block has to be
 * freshly allocated private memory that holds zeros, and holds zeros afterwards. Where the system
 * has no such pages, nothing happens.
 */
void lstm4j_renew_as_huge_pages(void *memory, size_t bytes);

/* y[k] = 1 / (1 + exp(-x[k])), y[k] = tanh(x[k]) for k < n, as the cell computes them; y may be x.
 * Error bounds: docs/numerics.md. sigmoid stays in [0, 1], tanh in [-1, 1]. */
void lstm4j_sigmoid(int isa, size_t n, const float *x, float *y);
void lstm4j_tanh(int isa, size_t n, const float *x, float *y);

#ifdef __cplusplus
}
#endif

#endif /* LSTM4J_H */
