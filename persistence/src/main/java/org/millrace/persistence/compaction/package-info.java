/** Which records of a log are replaced by newer ones of their key; knows nothing of files. */
package org.millrace.persistence.compaction;
