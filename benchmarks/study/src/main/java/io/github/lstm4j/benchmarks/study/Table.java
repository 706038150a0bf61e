package io.github.lstm4j.benchmarks.study;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A table that can be written as Markdown and as HTML. */
final class Table {
  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> head) {
    this.head = head;
  }

  void add(List<String> row) {
    rows.add(row);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(String.join(" | ", head)).append(" |\n");
    text.append("|").append("---|".repeat(1)).append("---:|".repeat(head.size() - 1)).append("\n");
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return text.toString();
  }

  String html() {
    StringBuilder text = new StringBuilder("<table>\n");
    text.append(row(head, "th"));
    rows.forEach(row -> text.append(row(row, "td")));
    return text.append("</table>\n").toString();
  }

  private static String row(List<String> cells, String tag) {
    return cells.stream()
        .map(cell -> "<" + tag + ">" + bold(Html.escape(cell)) + "</" + tag + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }

  private static String bold(String cell) {
    return cell.replaceAll("\\*\\*(.*?)\\*\\*", "<b>$1</b>");
  }
}
