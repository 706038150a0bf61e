package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages the sample files at random, always in the same way, and reads them: whatever happens, it
 * is a result or a CheckpointException. {@code -Dlstm4j.mutations=20000} tries more of each file.
 */
class MutationTest {
  private static final int[] INTERESTING = {0, 1, 0x7f, 0x80, 0xff, '(', 'R', 'Q', '.', 'h', '{'};

  @TempDir Path folder;

  @Test
  void aDamagedFileIsReadOrRefused() throws IOException {
    int count = Integer.getInteger("lstm4j.mutations", 100);
    int refused = 0;
    List<Path> samples = Samples.all();
    for (Path sample : samples) {
      Random random = new Random(sample.getFileName().toString().hashCode());
      byte[] original = Files.readAllBytes(sample);
      for (int k = 0; k < count; k++) {
        byte[] other = Files.readAllBytes(samples.get(random.nextInt(samples.size())));
        byte[] damaged = mutate(original.clone(), other, random);
        Path file = folder.resolve("damaged" + k % 8);
        Files.write(file, damaged);
        refused += read(file, sample, k) ? 0 : 1;
      }
    }
    // If almost nothing or everything were refused, this would test nothing.
    double share = refused / (double) (count * samples.size());
    assertTrue(share > 0.3 && share < 0.98, "refused " + share);
  }

  private static boolean read(Path file, Path sample, int number) {
    try {
      return assertTimeoutPreemptively(Duration.ofSeconds(5), () -> readEverything(file));
    } catch (Throwable e) {
      return fail(sample.getFileName() + ", mutation " + number, e);
    }
  }

  private static boolean readEverything(Path file) throws IOException {
    boolean read = true;
    try {
      LstmFiles.load(file);
    } catch (CheckpointException e) {
      read = false;
    }
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      for (Checkpoint.Entry entry : checkpoint.entries()) {
        readOne(checkpoint, entry.name());
      }
    } catch (CheckpointException e) {
      read = false;
    }
    try {
      Npy.read(file);
      read = true;
    } catch (CheckpointException e) {
      // Most files are no npy at all.
    }
    return read;
  }

  private static void readOne(Checkpoint checkpoint, String name) throws IOException {
    try (Tensor tensor = checkpoint.tensor(name)) {
      tensor.toArray();
    } catch (CheckpointException e) {
      // An integer tensor, or damaged data.
    }
    if (checkpoint instanceof Safetensors safetensors) {
      try {
        safetensors.longs(name);
      } catch (CheckpointException e) {
        // Mostly floats.
      }
    }
  }

  private static byte[] mutate(byte[] bytes, byte[] other, Random random) {
    int edits = 1 + random.nextInt(4);
    for (int k = 0; k < edits && bytes.length > 0; k++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(8)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3, 4 -> bytes[at] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
        case 5 -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
        case 6 -> { // a piece of another file, or of this one
          byte[] from = random.nextBoolean() ? other : bytes.clone();
          int start = random.nextInt(from.length);
          int length =
              Math.min(random.nextInt(64), Math.min(from.length - start, bytes.length - at));
          System.arraycopy(from, start, bytes, at, length);
        }
        default -> { // a piece less
          int length = Math.min(random.nextInt(32), bytes.length - at);
          System.arraycopy(bytes, at + length, bytes, at, bytes.length - at - length);
          bytes = Arrays.copyOf(bytes, bytes.length - length);
        }
      }
    }
    return bytes;
  }
}
