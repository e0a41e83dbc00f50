package org.millrace.jms.link;

/**
 * Who asks to be let in (§6.1.1).
 *
 * @param user empty for nobody in particular
 */
public record Credentials(String user, String password) {
    public static final Credentials ANONYMOUS = new Credentials("", "");

    /** What JMS calls pass; null means empty. */
    public static Credentials of(String user, String password) {
        return user == null && password == null
                ? ANONYMOUS
                : new Credentials(user == null ? "" : user, password == null ? "" : password);
    }

    /** Whether there is nothing to check. */
    boolean areEmpty() {
        return user.isEmpty() && password.isEmpty();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user.isEmpty() ? "anonymous" : "user " + user;
    }
}
