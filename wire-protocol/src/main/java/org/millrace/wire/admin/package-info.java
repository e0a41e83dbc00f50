/**
 * What crosses the admin interface: operations, their arguments and results, as records and as
 * JSON. Both ends use the same records, so that a fact has one definition.
 */
package org.millrace.wire.admin;
