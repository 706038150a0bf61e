package io.github.lstm4j.benchmarks.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The machine by what it is, never by its name.
 *
 * @param cpu the CPU's model name, and its numbers where there are some: a virtual machine may hide
 *     the name's end
 * @param cores processors that the operating system has
 * @param caches what the operating system says of each level; empty if nothing
 * @param os name, version, and where it is told, when large pages are given
 */
public record Machine(String cpu, int cores, String caches, String os) {
  /** Reads it from the operating system; what is not told is empty. */
  public static Machine read() {
    String cpu = field("/proc/cpuinfo", "model name");
    long cores =
        lines("/proc/cpuinfo").stream().filter(line -> line.startsWith("processor")).count();
    String family = field("/proc/cpuinfo", "cpu family");
    String numbers =
        family.isEmpty() ? "" : " family " + family + " model " + field("/proc/cpuinfo", "model\t");
    return new Machine(
        (cpu.isEmpty() ? System.getProperty("os.arch") : cpu) + numbers,
        (int) Math.max(cores, 1),
        readCaches(),
        System.getProperty("os.name") + " " + System.getProperty("os.version") + largePages());
  }

  /** Returns a name for files: {@code amd-epyc-family-25-model-17-2core}. */
  public String slug() {
    String plain =
        cpu.toLowerCase(Locale.ROOT).replaceAll("\\(r\\)|\\(tm\\)|@.*|cpu|processor", "");
    return plain.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "") + "-" + cores + "core";
  }

  private static String readCaches() {
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < 8; index++) {
      String folder = "/sys/devices/system/cpu/cpu0/cache/index" + index + "/";
      List<String> size = lines(folder + "size");
      if (!size.isEmpty() && !lines(folder + "type").contains("Instruction")) {
        text.append(text.length() == 0 ? "" : ", ")
            .append("L" + lines(folder + "level").get(0) + " " + size.get(0));
      }
    }
    return text.toString();
  }

  /** Returns the mode in force: Linux brackets it among all that there are. */
  private static String largePages() {
    return lines("/sys/kernel/mm/transparent_hugepage/enabled").stream()
        .findFirst()
        .map(modes -> ", transparent huge pages: " + modes.replaceAll(".*\\[|\\].*", ""))
        .orElse("");
  }

  private static String field(String file, String name) {
    return lines(file).stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .orElse("");
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      return List.of(); // another operating system
    }
  }
}
