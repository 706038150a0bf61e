/**
 * Reading and writing weights and tensors.
 *
 * <p>{@link io.github.lstm4j.io.LstmFiles} loads the parameters of an LSTM from whatever file holds
 * them and saves them; {@link io.github.lstm4j.io.Checkpoint} looks into a file; {@link
 * io.github.lstm4j.io.Safetensors} and {@link io.github.lstm4j.io.Npy} also write tensors.
 *
 * <p>Files are not trusted. Whatever bytes a file holds, a reader returns or throws an {@link
 * java.io.IOException}: {@link io.github.lstm4j.io.CheckpointException} when the content is at
 * fault. Nothing in a file is executed, and no memory is reserved that the real size of the file
 * does not justify.
 *
 * <p>An argument that is null is a {@link NullPointerException}.
 */
package io.github.lstm4j.io;
