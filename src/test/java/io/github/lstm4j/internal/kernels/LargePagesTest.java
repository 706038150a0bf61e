package io.github.lstm4j.internal.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.internal.bindings.Addresses;
import io.github.lstm4j.internal.bindings.NativeLibrary;
import io.github.lstm4j.internal.memory.Floats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LargePagesTest {
  private static final Path CHOICE = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

  /** The kernel's flags of the mapping that an address lies in. */
  private static String flagsAt(long address) throws IOException {
    boolean within = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      String[] bounds = line.split("[- ]", 3);
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        within =
            Long.parseUnsignedLong(bounds[0], 16) <= address
                && address < Long.parseUnsignedLong(bounds[1], 16);
      } else if (within && line.startsWith("VmFlags:")) {
        return line + " ";
      }
    }
    return "no mapping";
  }

  private static void assertAdvised(String what, Floats floats) throws IOException {
    String flags = flagsAt(Addresses.of(floats) + floats.size() * 2L);
    assertTrue(flags.contains(" hg "), what + ": " + flags);
  }

  /** "hg" says that the process asked for them, whether or not there were any. */
  @Test
  void areAskedForUnderWeightsAndScratch() throws IOException {
    assumeTrue(NativeLibrary.kernels().failure() == null, NativeLibrary.kernels()::failure);
    assumeTrue(Files.isReadable(CHOICE), "this system has no transparent huge pages");
    assertAdvised("weights", NativeLayer.room(0, 4 * 1024, 1024, 1));
    Floats scratch = NativeLayer.NativeScratch.atLeast(Floats.allocate(0), 4096, 1024);
    assertAdvised("scratch", scratch);
  }

  /** What training keeps is far away from 1 MiB on already. */
  @Test
  void whatTrainingKeepsGrowsToThem() throws IOException {
    assumeTrue(NativeLibrary.kernels().failure() == null, NativeLibrary.kernels()::failure);
    Floats none = Floats.allocate(0);
    Floats little = NativeLayer.NativeScratch.atLeastOnLargePages(none, (1 << 18) - 1, 1);
    assertEquals((1 << 18) - 1, little.size());
    Floats some = NativeLayer.NativeScratch.atLeastOnLargePages(little, 1 << 18, 1);
    assertEquals(Floats.LARGE, some.size());
    assertSame(some, NativeLayer.NativeScratch.atLeastOnLargePages(some, 1 << 19, 1));
    assertEquals(0, Addresses.of(some) % (2 << 20), "begins on a large page");
    assumeTrue(Files.isReadable(CHOICE), "this system has no transparent huge pages");
    assertAdvised("kept", some);
  }
}
