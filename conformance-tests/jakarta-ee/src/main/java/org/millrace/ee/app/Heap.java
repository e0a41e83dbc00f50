package org.millrace.ee.app;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** What is alive in the server, after a full garbage collection. Stateless. */
final class Heap {
    private Heap() {}

    /** How many objects of a class there are, whichever application or adapter has loaded it. */
    static long instances(String className) throws JMException {
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        // number: instances bytes class
        return histogram
                .lines()
                .map(line -> line.trim().split(" +"))
                .filter(cells -> cells.length >= 4 && cells[3].equals(className))
                .mapToLong(cells -> Long.parseLong(cells[1]))
                .sum();
    }
}
