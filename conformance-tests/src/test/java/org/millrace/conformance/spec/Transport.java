package org.millrace.conformance.spec;

/** The two ways to a broker that every specification test runs over. */
public enum Transport {
    /** TCP to a broker with the embedded engine on a directory. */
    TCP,
    /** In-VM to a broker in memory. */
    VM
}
