/**
 * What both ends of SCRAM share: hashes, keys, grammar (RFC 5802, RFC 7677), names and passwords.
 */
package org.millrace.wire.sasl;
