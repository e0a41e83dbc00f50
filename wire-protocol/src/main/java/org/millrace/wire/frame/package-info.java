/** Frames of the link protocol and their encoding; see docs/protocol.md. */
package org.millrace.wire.frame;
