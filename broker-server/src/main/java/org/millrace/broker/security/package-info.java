/** Who may connect: users, their salted hashes, SASL. */
package org.millrace.broker.security;
