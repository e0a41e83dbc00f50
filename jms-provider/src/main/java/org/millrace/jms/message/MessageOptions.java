package org.millrace.jms.message;

/**
 * What a connection decides for its messages.
 *
 * @param naming which property names are accepted
 * @param deserialization which classes {@code ObjectMessage.getObject()} may make
 */
public record MessageOptions(PropertyNaming naming, DeserializationPolicy deserialization) {
    /** Strict names; the default list of harmless classes. */
    public static final MessageOptions DEFAULT =
            new MessageOptions(PropertyNaming.STRICT, DeserializationPolicy.HARMLESS_ONLY);
}
