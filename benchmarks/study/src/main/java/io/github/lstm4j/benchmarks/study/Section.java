package io.github.lstm4j.benchmarks.study;

/**
 * One part of a report.
 *
 * @param note text above the content in the page; may be empty
 * @param html the content in the page
 * @param markdown all of it in the Markdown file; empty if it is in the page alone
 */
record Section(String title, String note, String html, String markdown) {
  Section(String title, String note, String html) {
    this(title, note, html, "");
  }

  String page() {
    String above = note.isEmpty() ? "" : "<p>" + Html.escape(note) + "</p>\n";
    return "<h2>" + title + "</h2>\n" + above + html + "\n";
  }
}
