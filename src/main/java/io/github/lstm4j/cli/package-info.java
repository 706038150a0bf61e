/**
 * The command line: a thin shell around the model and its files, described in docs/cli.md. One
 * class is one command; the others say what they are for. Libraries that only this package needs
 * (picocli, FastCSV, progressbar, XChart) are used in this package only.
 */
package io.github.lstm4j.cli;
