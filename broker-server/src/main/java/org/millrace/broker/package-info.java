/** The door for those who embed a broker. */
package org.millrace.broker;
