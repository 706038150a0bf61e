package io.github.lstm4j.cli;

import io.github.lstm4j.cli.common.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What the operating system says about the machine. */
final class MachineFacts {
  private static final List<String> FLAGS =
      List.of(
          "sse4_2",
          "avx",
          "f16c",
          "fma",
          "avx2",
          "avx512f",
          "avx512dq",
          "avx512bw",
          "avx512vl",
          "avx512_bf16",
          "amx_tile",
          "asimd",
          "asimdhp",
          "sve");

  private MachineFacts() {}

  static String system() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch")
        + line(Path.of("/etc/os-release"), "PRETTY_NAME=")
            .map(name -> ", " + name.replaceAll("PRETTY_NAME=|\"", ""))
            .orElse("");
  }

  /** The C library, which decides whether the native build loads. */
  static String cLibrary() {
    return output("getconf", "GNU_LIBC_VERSION")
        .or(() -> output("ldd", "--version"))
        .orElse("unknown");
  }

  static String cpu() {
    Path info = Path.of("/proc/cpuinfo");
    String model = line(info, "model name").map(MachineFacts::value).orElse("unknown model");
    String flags =
        line(info, "flags")
            .or(() -> line(info, "Features"))
            .map(MachineFacts::value)
            .map(
                all ->
                    Arrays.stream(all.split("\\s+"))
                        .filter(FLAGS::contains)
                        .collect(Collectors.joining(" ")))
            .orElse("unknown flags");
    return model + "; " + flags;
  }

  static String cores() {
    return Runtime.getRuntime().availableProcessors()
        + " for this JVM, of "
        + count(Path.of("/proc/cpuinfo"), "processor")
        + " in the machine"
        + line(Path.of("/sys/fs/cgroup/cpu.max"), "")
            .map(limit -> ", cgroup cpu.max " + limit)
            .orElse("");
  }

  static String memory() {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    return Text.count(heap, "MiB").replace("MiBs", "MiB")
        + " of heap at most"
        + line(Path.of("/proc/meminfo"), "MemTotal")
            .map(total -> ", machine " + value(total))
            .orElse("");
  }

  private static String value(String line) {
    return line.substring(line.indexOf(':') + 1).trim();
  }

  private static Optional<String> line(Path file, String start) {
    try {
      return Files.readAllLines(file).stream().filter(l -> l.startsWith(start)).findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String count(Path file, String start) {
    try {
      return Long.toString(
          Files.readAllLines(file).stream().filter(l -> l.startsWith(start)).count());
    } catch (IOException e) {
      return "an unknown number";
    }
  }

  private static Optional<String> output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      String text =
          new String(process.getInputStream().readNBytes(1 << 12), StandardCharsets.UTF_8);
      return text.lines().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
