package io.github.lstm4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.lstm4j.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"f4", "f8", "f2", "big_endian", "fortran", "v2", "v3"})
  void readsWhatNumpyWrote(String name) throws IOException {
    Tensor tensor = Npy.read(Samples.file(name + ".npy"));
    assertArrayEquals(new int[] {2, 3}, tensor.shape());
    assertArrayEquals(new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, tensor.toArray());
  }

  @Test
  void readsIntegersScalarsVectorsAndNothing() throws IOException {
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, Npy.read(Samples.file("i8.npy")).toArray());
    Tensor scalar = Npy.read(Samples.file("scalar.npy"));
    assertEquals(0, scalar.rank());
    assertArrayEquals(new float[] {1.5f}, scalar.toArray());
    assertArrayEquals(new int[] {3}, Npy.read(Samples.file("vector.npy")).shape());
    assertArrayEquals(new int[] {0, 3}, Npy.read(Samples.file("empty.npy")).shape());
  }

  @ParameterizedTest
  @ValueSource(strings = {"f4", "scalar", "vector", "empty"})
  void writesTheBytesThatNumpyWrites(String name) throws IOException {
    byte[] numpy = Files.readAllBytes(Samples.file(name + ".npy"));
    Tensor tensor = Npy.read(Samples.file(name + ".npy"));
    Path file = folder.resolve("x.npy");
    Npy.write(file, tensor);
    assertArrayEquals(numpy, Files.readAllBytes(file));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, tensor);
    assertArrayEquals(numpy, out.toByteArray());
  }

  @Test
  void writesAFileOfALongName() throws IOException {
    assertIsWritten("a".repeat(240) + ".npy");
  }

  /** Characters of two halves each, at odd and at even places. */
  @Test
  void writesAFileOfAnyCharacters() throws IOException {
    assumeTrue(
        System.getProperty("sun.jnu.encoding").equals("UTF-8"), "file names are not Unicode here");
    String pairs = "\uD83D\uDE00".repeat(20);
    assertIsWritten(pairs + ".npy");
    assertIsWritten("a" + pairs + ".npy");
  }

  private void assertIsWritten(String name) throws IOException {
    Path file = folder.resolve(name);
    Npy.write(file, Tensor.allocate(2));
    assertArrayEquals(new int[] {2}, Npy.read(file).shape());
  }

  @Test
  void readsAStreamLargerThanItsFirstGuess() throws IOException {
    Tensor large = Tensor.allocate(3, 400_001);
    for (int k = 0; k < 400_001; k++) {
      large.set(k, 2, k);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Npy.write(out, large);
    out.write(9);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    Tensor read = Npy.read(in);
    assertArrayEquals(large.shape(), read.shape());
    assertArrayEquals(large.toArray(), read.toArray());
    assertEquals(9, in.read(), "not read beyond the array");
  }

  @ParameterizedTest
  @CsvSource({"bool.npy, |b1", "object.npy, |O", "struct.npy, dictionary", "zip.pt, magic"})
  void refusesOtherArraysInWords(String name, String expected) {
    Path file = Samples.file(name);
    CheckpointException e = assertThrows(CheckpointException.class, () -> Npy.read(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{}|dictionary",
        "|dictionary",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)|dictionary",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } x|dictionary",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }|dictionary",
        "{'descr': '<f4', 'fortran_order': False}|dictionary",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': True}|dictionary",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}|dictionary",
        "{'descr': '', 'fortran_order': False, 'shape': (2,), }|descr",
        "{'descr': '?f4', 'fortran_order': False, 'shape': (2,), }|descr",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (2,), }|descr",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }|dictionary",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,,), }|shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (,2), }|shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }|shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (65536, 65536, 65536), }|shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }|shape",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,), }|end of the data after 1",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (20000, 20000), }|end of the data",
      })
  void refusesAMalformedHeader(String header, String expected) {
    byte[] file = npy(header == null ? "" : header, 4);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> Npy.read(new ByteArrayInputStream(file)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  @Test
  void refusesTooMuchTooLittleAndLongHeaders() throws IOException {
    byte[] good = Files.readAllBytes(Samples.file("f4.npy"));
    Path file = folder.resolve("x.npy");
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThrows(CheckpointException.class, () -> Npy.read(file));
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThrows(CheckpointException.class, () -> Npy.read(file));
    }
    byte[] version = good.clone();
    version[6] = 4;
    assertThrows(CheckpointException.class, () -> Npy.read(new ByteArrayInputStream(version)));
    byte[] many =
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "65536, ".repeat(4) + ")}", 0);
    assertThrows(CheckpointException.class, () -> Npy.read(new ByteArrayInputStream(many)));
    byte[] part = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000,), }", 1_200_000);
    String message =
        assertThrows(CheckpointException.class, () -> Npy.read(new ByteArrayInputStream(part)))
            .getMessage();
    assertTrue(message.contains("expected 1000000 elements of F32, found the end"), message);
    byte[] hostile = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    assertThrows(CheckpointException.class, () -> Npy.read(new ByteArrayInputStream(hostile)));
  }

  private static byte[] npy(String header, int dataBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(header.length());
    out.write(0);
    out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(new byte[dataBytes]);
    return out.toByteArray();
  }
}
