package org.millrace.wire.admin;

/**
 * One key of the broker's configuration.
 *
 * @param value that holds now
 * @param origin file or variable that it comes from, {@code command line or program}, or {@code
 *     default}
 * @param range what is allowed
 * @param doc one paragraph
 */
public record ConfigEntry(
        String key, String value, String origin, String defaultValue, String range, String doc) {}
