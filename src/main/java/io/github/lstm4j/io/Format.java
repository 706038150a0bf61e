package io.github.lstm4j.io;

import io.github.lstm4j.internal.files.LocalFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Recognises a file by its first bytes, never by its name. */
enum Format {
  SAFETENSORS,
  TORCH_ZIP,
  TORCH_LEGACY;

  private static final int TAR_MAGIC = 257;
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("\u0093NUMPY", "a single numpy array (npy), which has no parameter names");
    REFUSED.put("\u0089HDF\r\n", "an HDF5 file (Keras?)");
    REFUSED.put("GGUF", "a GGUF file");
    REFUSED.put("\u001f\u008b", "a gzip file; unpack it first");
  }

  static Format of(Path file) throws IOException {
    LocalFiles.requireRegular(file);
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(TAR_MAGIC + 5);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    // First, since the length that safetensors begins with can look like anything; but it is below
    // 2^32, and nothing else has a brace after four zeros there.
    if (text.startsWith("\0\0\0\0{", 4)) {
      return SAFETENSORS;
    }
    if (text.startsWith("PK\3\4") || text.startsWith("PK\5\6")) {
      return TORCH_ZIP;
    }
    if (head.length > 0 && (head[0] & 0xff) == 0x80) { // every pickle of protocol 2 and later
      return TORCH_LEGACY;
    }
    for (Map.Entry<String, String> refused : REFUSED.entrySet()) {
      if (text.startsWith(refused.getKey())) {
        throw unknown(file, refused.getValue());
      }
    }
    if (text.startsWith("ustar", TAR_MAGIC)) {
      throw unknown(
          file, "a tar archive, as PyTorch 0.1 wrote; load and save it with a newer PyTorch");
    }
    if (text.length() > 8 && text.charAt(8) == '{') {
      return SAFETENSORS;
    }
    throw unknown(
        file,
        head.length == 0
            ? "an empty file"
            : "a file that begins with "
                + CheckpointException.quote(text.substring(0, Math.min(8, text.length()))));
  }

  private static CheckpointException unknown(Path file, String found) {
    return new CheckpointException(
            "expected a safetensors file or a PyTorch file (torch.save), found " + found)
        .in(file);
  }
}
