package io.github.lstm4j.internal.kernels;

/** A backend's temporary memory for one pass at a time; it grows to the largest pass seen. */
public interface Scratch {}
