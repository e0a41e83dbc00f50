/** An application that brings the adapter along: it knows no other resource of the server. */
package org.millrace.ee.shop;
