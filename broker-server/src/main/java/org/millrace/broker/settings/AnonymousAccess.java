package org.millrace.broker.settings;

/** Whether a client may connect without saying who it is. */
public enum AnonymousAccess {
    /** As long as no users were ever defined: then nobody can be checked anyway. The default. */
    AUTO,
    /** Yes; who presents credentials must still present the right ones. */
    ALLOW,
    /** No, not even while there are no users. */
    REFUSE
}
