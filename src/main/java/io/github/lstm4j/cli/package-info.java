/**
 * The command line: a thin shell around the model, its files and the trainings, described in
 * docs/cli.md. One class is one command, or the options that several have in common. What trains
 * and predicts is in {@code training}, what both need to read and to say in {@code common}; neither
 * knows the commands. Libraries that only these packages need (picocli, FastCSV, progressbar,
 * XChart) are used in them only.
 */
package io.github.lstm4j.cli;
