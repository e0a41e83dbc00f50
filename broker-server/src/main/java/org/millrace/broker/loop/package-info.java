/** What every room on the broker loop leans on: turns, storage, answers. */
package org.millrace.broker.loop;
