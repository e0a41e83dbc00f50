/**
 * Message selectors (§3.8): text to tree, tree on a message. Pure code: no threads, no files;
 * imports nothing of the broker.
 *
 * <p>{@code Lexer} makes tokens, {@code Parser} makes {@code Expression}s and refuses what can
 * never be true for reasons of type, the expressions evaluate themselves with three-valued logic on
 * a {@link org.millrace.broker.selector.SelectorSubject}.
 */
package org.millrace.broker.selector;
