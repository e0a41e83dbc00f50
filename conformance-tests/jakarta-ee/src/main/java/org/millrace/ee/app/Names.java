package org.millrace.ee.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** What the resources are called in this server: {@code names.properties} in the archive. */
final class Names {
    private static final Properties NAMES = read();

    private Names() {}

    private static Properties read() {
        Properties names = new Properties();
        try (InputStream file = Names.class.getResourceAsStream("/names.properties")) {
            names.load(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return names;
    }

    /** The resource of this kind: {@code factory}, {@code datasource}. */
    @SuppressWarnings("BanJNDI")
    static <T> T find(String kind, Class<T> type) {
        try {
            return type.cast(new InitialContext().lookup(NAMES.getProperty(kind)));
        } catch (NamingException absent) {
            throw new IllegalStateException(kind + " is not there", absent);
        }
    }
}
