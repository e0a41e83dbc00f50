/** Links: Netty pipelines over TCP and in-VM that turn bytes into frames, for both ends. */
package org.millrace.wire.link;
