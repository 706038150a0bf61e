/** What commands and trainings read and say: streams, progress, lines of text, CSV, numbers. */
package io.github.lstm4j.cli.common;
