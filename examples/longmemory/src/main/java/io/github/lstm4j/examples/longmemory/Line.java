package io.github.lstm4j.examples.longmemory;

/**
 * A line of a chart.
 *
 * @param label what the legend says; lines of one label are in it once
 * @param colour as CSS has it
 * @param dash lengths of dashes and gaps, as SVG has them; empty for none
 * @param x from left to right
 * @param y one for each x
 */
record Line(String label, String colour, String dash, double[] x, double[] y) {}
