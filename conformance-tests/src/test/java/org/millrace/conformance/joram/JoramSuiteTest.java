package org.millrace.conformance.joram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestFailure;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The whole JORAM conformance suite (JMS 1.1, turned to the jakarta name space by the build) over
 * TCP.
 */
class JoramSuiteTest {
    private static final String PACKAGE = "org.objectweb.jtests.jms.conform.";
    private static final int TESTS_IN_SUITE = 196;
    private static final List<String> CLASSES =
            List.of(
                    "connection.ConnectionTest",
                    "connection.TopicConnectionTest",
                    "message.MessageBodyTest",
                    "message.MessageDefaultTest",
                    "message.MessageTypeTest",
                    "message.headers.MessageHeaderTest",
                    "message.properties.JMSXPropertyTest",
                    "message.properties.MessagePropertyConversionTest",
                    "message.properties.MessagePropertyTest",
                    "queue.QueueBrowserTest",
                    "queue.TemporaryQueueTest",
                    "selector.SelectorSyntaxTest",
                    "selector.SelectorTest",
                    "session.QueueSessionTest",
                    "session.SessionTest",
                    "session.TopicSessionTest",
                    "session.UnifiedSessionTest",
                    "topic.TemporaryTopicTest");

    @BeforeAll
    static void startBroker() throws Exception {
        System.setProperty("jms.provider.admin.class", MillraceAdmin.class.getName());
        MillraceAdmin.startBroker();
    }

    @AfterAll
    static void stopBroker() {
        MillraceAdmin.stopBroker();
    }

    @TestFactory
    Stream<DynamicContainer> suite() throws ClassNotFoundException {
        List<DynamicContainer> containers = new ArrayList<>();
        int tests = 0;
        for (String name : CLASSES) {
            TestSuite suite =
                    new TestSuite(
                            Class.forName(PACKAGE + name)
                                    .asSubclass(junit.framework.TestCase.class));
            tests += suite.countTestCases();
            containers.add(
                    DynamicContainer.dynamicContainer(
                            name,
                            Collections.list(suite.tests()).stream()
                                    .map(
                                            test ->
                                                    DynamicTest.dynamicTest(
                                                            test.toString(), () -> run(test)))));
        }
        assertThat(tests).as("tests of the suite").isEqualTo(TESTS_IN_SUITE);
        return containers.stream();
    }

    private static void run(Test test) {
        TestResult result = new TestResult();
        test.run(result);
        List<TestFailure> failures = new ArrayList<>(Collections.list(result.failures()));
        failures.addAll(Collections.list(result.errors()));
        assertThat(failures).extracting(TestFailure::trace).isEmpty();
    }
}
