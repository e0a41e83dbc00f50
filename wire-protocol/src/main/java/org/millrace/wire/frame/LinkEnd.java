package org.millrace.wire.frame;

/** The two ends of a link. */
public enum LinkEnd {
    CLIENT,
    BROKER;

    public LinkEnd other() {
        return this == CLIENT ? BROKER : CLIENT;
    }
}
