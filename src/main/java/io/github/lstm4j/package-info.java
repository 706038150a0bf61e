/** The model. */
package io.github.lstm4j;
