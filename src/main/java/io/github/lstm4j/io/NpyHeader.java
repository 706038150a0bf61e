package io.github.lstm4j.io;

import io.github.lstm4j.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an npy file: a Python dictionary as text.
 *
 * @param dtype the element type
 * @param order the byte order
 * @param fortran whether the first dimension varies fastest
 * @param shape the dimensions, whose product fits a tensor
 */
record NpyHeader(DType dtype, ByteOrder order, boolean fortran, int[] shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** As numpy's own limit. */
  private static final int MAX_LENGTH = 10_000;

  private static final int ALIGNMENT = 64;
  private static final Pattern FIELD =
      Pattern.compile(
          "\\G\\s*'(\\w+)'\\s*:\\s*('[^']*'|True|False|\\([\\d,\\s]*\\))\\s*(?:,|(?=}))");

  static NpyHeader read(InputStream in) throws IOException {
    byte[] head = in.readNBytes(8);
    if (head.length < 8 || !Arrays.equals(head, 0, 6, MAGIC, 0, 6)) {
      throw new CheckpointException("expected an npy file, found no npy magic number");
    }
    if (head[6] < 1 || head[6] > 3) {
      throw new CheckpointException("expected npy version 1, 2 or 3, found " + (head[6] & 0xff));
    }
    int width = head[6] == 1 ? 2 : 4;
    byte[] size = Arrays.copyOf(in.readNBytes(width), 4);
    int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new CheckpointException(
          "expected an npy header of at most "
              + MAX_LENGTH
              + " bytes, found "
              + Integer.toUnsignedString(length));
    }
    byte[] text = in.readNBytes(length);
    if (text.length < length) {
      throw new CheckpointException("expected an npy header, found the end of the file");
    }
    return parse(new String(text, StandardCharsets.UTF_8).strip());
  }

  private static NpyHeader parse(String text) throws CheckpointException {
    Map<String, String> fields = new HashMap<>();
    Matcher matcher = FIELD.matcher(text).region(Math.min(1, text.length()), text.length());
    int end = 1;
    boolean unique = true;
    while (matcher.find()) {
      unique &= fields.put(matcher.group(1), matcher.group(2)) == null;
      end = matcher.end();
    }
    boolean whole = text.startsWith("{") && text.substring(end).strip().equals("}");
    String descr = fields.getOrDefault("descr", "");
    String fortran = fields.getOrDefault("fortran_order", "");
    String shape = fields.getOrDefault("shape", "");
    if (!whole
        || !unique
        || fields.size() != 3
        || !descr.startsWith("'")
        || !shape.startsWith("(")
        || !(fortran.equals("True") || fortran.equals("False"))) {
      throw new CheckpointException(
          "expected a dictionary of descr, fortran_order and shape, found "
              + CheckpointException.quote(text));
    }
    String type = descr.substring(1, descr.length() - 1);
    DType dtype = type.isEmpty() ? null : DType.ofNumpy(type.substring(1));
    boolean known = "<>|=".indexOf(type.isEmpty() ? '?' : type.charAt(0)) >= 0;
    if (dtype == null || !known) {
      throw new CheckpointException(
          "expected an array of f2, f4, f8 or integers, found descr "
              + CheckpointException.quote(type));
    }
    ByteOrder order = type.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new NpyHeader(dtype, order, fortran.equals("True"), dims(shape));
  }

  private static int[] dims(String text) throws CheckpointException {
    String inner = text.substring(1, text.length() - 1).strip();
    String[] parts = inner.isEmpty() ? new String[0] : inner.replaceFirst(",$", "").split(",", -1);
    try {
      if (parts.length > Limits.RANK) {
        throw new NumberFormatException("too many dimensions");
      }
      int[] dims = new int[parts.length];
      long size = 1;
      for (int k = 0; k < dims.length; k++) {
        dims[k] = Integer.parseInt(parts[k].strip());
        size = Math.min(size * dims[k], Long.MAX_VALUE >> 32);
      }
      if (size > Tensor.MAX_SIZE) {
        throw new NumberFormatException("too many elements");
      }
      return dims;
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          "expected a shape of at most "
              + Tensor.MAX_SIZE
              + " elements in "
              + Limits.RANK
              + " dimensions, found "
              + CheckpointException.quote(text),
          e);
    }
  }

  long elements() {
    long count = 1;
    for (int dim : shape) {
      count *= dim;
    }
    return count;
  }

  /** Returns a version 1.0 header for float32 in row-major order. */
  static byte[] write(int[] shape) {
    StringJoiner dims = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
    for (int dim : shape) {
      dims.add(Integer.toString(dim));
    }
    String text = "{'descr': '<f4', 'fortran_order': False, 'shape': " + dims + ", }";
    int unpadded = MAGIC.length + 4 + text.length() + 1;
    int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - MAGIC.length - 4));
    header.put(text.getBytes(StandardCharsets.ISO_8859_1));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }
}
