/**
 * The model: {@link io.github.lstm4j.Lstm}, what it is made from ({@link
 * io.github.lstm4j.LstmConfig}, {@link io.github.lstm4j.LstmParameters}), what it reads and writes
 * ({@link io.github.lstm4j.Tensor}, {@link io.github.lstm4j.LstmState}, {@link
 * io.github.lstm4j.PackedSequence}) and where it runs ({@link io.github.lstm4j.LstmOptions}, {@link
 * io.github.lstm4j.BackendReport}).
 */
package io.github.lstm4j;
