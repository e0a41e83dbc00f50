package org.millrace.jms.message;

import org.millrace.foundation.Check;

/** Which property names the application may use (§3.5.1, §3.8.1.1). */
public enum PropertyNaming {
    /**
     * Identifiers, and nothing that is reserved for headers. Reserved words of selectors are taken:
     * no selector can name them, but the JORAM suite and existing code do set them.
     */
    STRICT,
    /** Anything but null and empty names, and those that belong to this provider. */
    RELAXED;

    /** Names with this beginning are set by the provider only (§3.5.10). */
    public static final String PROVIDER_PREFIX = "JMS_Millrace";

    /**
     * Refuses names that must not be set.
     *
     * @throws IllegalArgumentException saying which rule the name breaks
     */
    public void check(String name) {
        Check.argument(name != null && !name.isEmpty(), "property name is null or empty");
        Check.argument(
                !name.startsWith(PROVIDER_PREFIX),
                "property name %s begins with %s, which only the provider may set",
                name,
                PROVIDER_PREFIX);
        if (this == STRICT) {
            checkIdentifier(name);
        }
    }

    private static void checkIdentifier(String name) {
        boolean identifier = Character.isJavaIdentifierStart(name.charAt(0));
        for (int i = 1; identifier && i < name.length(); i++) {
            identifier = Character.isJavaIdentifierPart(name.charAt(i));
        }
        Check.argument(
                identifier,
                "property name '%s' is not an identifier, so no selector could name it; the option"
                        + " strictPropertyNames=false allows it",
                name);
        Check.argument(
                !name.startsWith("JMS") || name.startsWith("JMSX") || name.startsWith("JMS_"),
                "property name '%s' is reserved for header fields; the option"
                        + " strictPropertyNames=false allows it",
                name);
    }
}
