package org.millrace.wire.frame;

/**
 * How far the handshake of a link is, as one end sees it; decides which frames it decodes.
 *
 * <pre>
 * phase           client leaves it on        broker leaves it on
 * GREETING        reading Welcome            reading Hello
 * AUTHENTICATION  reading Authenticated      writing Authenticated
 * OPEN            never                      never
 * </pre>
 */
public enum LinkPhase {
    GREETING,
    AUTHENTICATION,
    OPEN
}
