package io.github.lstm4j.examples.longmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** The whole study, in small. */
class ReportTest {
  private static final List<String> NUMBERS =
      List.of("gradients-before.csv", "gradients-after.csv", "adding.csv");

  @TempDir Path dir;

  private Path study(String name) throws Exception {
    Path folder = dir.resolve(name);
    PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream(), false);
    new Study(Settings.smoke(), nowhere).run().write(folder);
    return folder;
  }

  @Test
  void theNumbersAreTheSameBytesInEveryRun() throws Exception {
    Path first = study("first").resolve("long-memory");
    Path second = study("second").resolve("long-memory");
    for (String name : NUMBERS) {
      assertEquals(Files.readString(first.resolve(name)), Files.readString(second.resolve(name)));
    }
    // A line for each of 9 networks and 20 distances, 4 and 10, and 4 x 2 runs and 3 points.
    assertEquals(1 + 9 * 20, Files.readAllLines(first.resolve("gradients-before.csv")).size());
    assertEquals(1 + 4 * 10, Files.readAllLines(first.resolve("gradients-after.csv")).size());
    assertEquals(1 + 8 * 3, Files.readAllLines(first.resolve("adding.csv")).size());
  }

  @Test
  void thePageHasItsPicturesAndNumbers() throws Exception {
    Path folder = study("study");
    String page = Files.readString(folder.resolve("long-memory.md"));
    assertTrue(!page.contains("{{") && page.contains("| LSTM chrono | 10 | 0.01 | 1 | 20 | no |"));
    for (String picture : List.of("gradients", "adding")) {
      Path file = folder.resolve("images/long-memory-" + picture + ".svg");
      assertTrue(page.contains("](images/" + file.getFileName() + ")"), page);
      Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
      // A line for each of 9 + 4 networks, or for each of 8 runs and 2 baselines.
      int lines = svg.getElementsByTagName("polyline").getLength();
      assertEquals(picture.equals("adding") ? 10 : 13, lines);
    }
    for (String name : NUMBERS) {
      assertTrue(page.contains("](long-memory/" + name + ")"), name);
    }
  }

  @Test
  void aPageAndItsFactsFit() {
    assertEquals("T = 5.", Page.fill("T = {{T}}.", Map.of("T", "5")));
    assertThrows(IllegalArgumentException.class, () -> Page.fill("T", Map.of("T", "5")));
    assertThrows(IllegalArgumentException.class, () -> Page.fill("{{T}} {{H}}", Map.of("T", "5")));
  }
}
