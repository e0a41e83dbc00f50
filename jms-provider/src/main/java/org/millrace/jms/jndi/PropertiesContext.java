package org.millrace.jms.jndi;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.naming.Binding;
import javax.naming.CompositeName;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NameClassPair;
import javax.naming.NameNotFoundException;
import javax.naming.NameParser;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;

/** A flat, read-only naming context. Safe for any number of threads. */
final class PropertiesContext implements Context {
    private final Map<String, Object> bindings;
    private final Hashtable<Object, Object> environment;

    PropertiesContext(Map<String, Object> bindings, Hashtable<?, ?> environment) {
        this.bindings = bindings;
        this.environment = new Hashtable<>(environment);
    }

    // ---- reading

    @Override
    public Object lookup(String name) throws NamingException {
        return find(name);
    }

    private Object find(String name) throws NamingException {
        if (name.isEmpty()) {
            return new PropertiesContext(bindings, environment);
        }
        Object bound = bindings.get(name);
        if (bound != null) {
            return bound;
        }
        String queue = dynamic(name, MillraceInitialContextFactory.DYNAMIC_QUEUES);
        if (!queue.isEmpty()) {
            return new MillraceQueue(queue);
        }
        String topic = dynamic(name, MillraceInitialContextFactory.DYNAMIC_TOPICS);
        if (!topic.isEmpty()) {
            return new MillraceTopic(topic);
        }
        throw new NameNotFoundException(
                "%s is not bound; there are %s, and dynamicQueues/... and dynamicTopics/..."
                        .formatted(name, bindings.keySet()));
    }

    private static String dynamic(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : "";
    }

    @Override
    public Object lookup(Name name) throws NamingException {
        return find(name.toString());
    }

    @Override
    public Object lookupLink(String name) throws NamingException {
        return find(name);
    }

    @Override
    public Object lookupLink(Name name) throws NamingException {
        return find(name.toString());
    }

    @Override
    public NamingEnumeration<NameClassPair> list(String name) throws NamingException {
        checkRoot(name);
        List<NameClassPair> pairs = new ArrayList<>();
        bindings.forEach(
                (key, bound) -> pairs.add(new NameClassPair(key, bound.getClass().getName())));
        return new Listing<>(pairs.iterator());
    }

    @Override
    public NamingEnumeration<NameClassPair> list(Name name) throws NamingException {
        return list(name.toString());
    }

    @Override
    public NamingEnumeration<Binding> listBindings(String name) throws NamingException {
        checkRoot(name);
        List<Binding> all = new ArrayList<>();
        bindings.forEach((key, bound) -> all.add(new Binding(key, bound)));
        return new Listing<>(all.iterator());
    }

    @Override
    public NamingEnumeration<Binding> listBindings(Name name) throws NamingException {
        return listBindings(name.toString());
    }

    private static void checkRoot(String name) throws NamingException {
        if (!name.isEmpty()) {
            throw new NameNotFoundException(name + " is not a context: names here are flat");
        }
    }

    @Override
    public NameParser getNameParser(String name) {
        return CompositeName::new;
    }

    @Override
    public NameParser getNameParser(Name name) {
        return CompositeName::new;
    }

    @Override
    public String composeName(String name, String prefix) {
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    @Override
    public Name composeName(Name name, Name prefix) throws NamingException {
        return ((Name) prefix.clone()).addAll(name);
    }

    @Override
    public String getNameInNamespace() {
        return "";
    }

    @Override
    public Hashtable<?, ?> getEnvironment() {
        return new Hashtable<>(environment);
    }

    @Override
    public Object addToEnvironment(String name, Object value) {
        return environment.put(name, value);
    }

    @Override
    public Object removeFromEnvironment(String name) {
        return environment.remove(name);
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    // ---- writing

    private static NamingException readOnly() {
        return new OperationNotSupportedException(
                "names come from properties and cannot be changed here");
    }

    @Override
    public void bind(String name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void bind(Name name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(String name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rebind(Name name, Object object) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void unbind(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(String oldName, String newName) throws NamingException {
        throw readOnly();
    }

    @Override
    public void rename(Name oldName, Name newName) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public void destroySubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(String name) throws NamingException {
        throw readOnly();
    }

    @Override
    public Context createSubcontext(Name name) throws NamingException {
        throw readOnly();
    }

    /** What {@code list} gives. */
    private static final class Listing<T> implements NamingEnumeration<T> {
        private final Iterator<T> left;

        Listing(Iterator<T> left) {
            this.left = left;
        }

        @Override
        public boolean hasMore() {
            return left.hasNext();
        }

        @Override
        public boolean hasMoreElements() {
            return left.hasNext();
        }

        @Override
        public T next() {
            return left.next();
        }

        @Override
        public T nextElement() {
            return left.next();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
