package io.github.lstm4j.examples.longmemory;

/**
 * The sizes that a network is made for.
 *
 * @param steps T
 * @param batch B
 * @param input I
 * @param hidden H
 */
record Sizes(int steps, int batch, int input, int hidden) {}
