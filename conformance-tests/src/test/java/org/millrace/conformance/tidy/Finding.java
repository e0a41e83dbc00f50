package org.millrace.conformance.tidy;

/**
 * A place that breaks a rule.
 *
 * @param file relative to the root, with slashes
 */
record Finding(Rule rule, String file, long line, String what) {
    @Override
    public String toString() {
        return "%s:%d: %s; %s".formatted(file, line, what, rule.remedy());
    }
}
