/**
 * Who gets which message: cursors, walks over the log, and the dispatcher that pairs eligible
 * offsets with credit. Knows nothing of frames.
 */
package org.millrace.broker.dispatch;
