package io.github.lstm4j.internal.files;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path dir;

  @Test
  void aPipeIsWrittenToAndNotReplaced() throws Exception {
    Path pipe = dir.resolve("pipe.csv");
    assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
    FutureTask<byte[]> read = new FutureTask<>(() -> Files.readAllBytes(pipe));
    Thread reader = new Thread(read);
    reader.setDaemon(true);
    reader.start();
    OutputFile.writeStream(pipe, bytes -> bytes.write(new byte[] {1, 2, 3}));
    assertFalse(Files.isRegularFile(pipe), "it was replaced");
    assertArrayEquals(new byte[] {1, 2, 3}, read.get(20, SECONDS));
  }
}
