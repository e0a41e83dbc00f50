package org.millrace.ra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.InvalidPropertyException;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;
import org.millrace.ra.inflow.MillraceActivationSpec;
import org.millrace.ra.outbound.MillraceManagedConnectionFactory;
import org.millrace.ra.outbound.MillraceQueueManagedConnectionFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** The beans and their descriptor. */
class BeansTest {
    private static final Path RA_XML = Path.of("src", "main", "rar", "META-INF", "ra.xml");

    // ---- ra.xml

    private static Element descriptor() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(RA_XML.toFile())
                .getDocumentElement();
    }

    private static List<Element> elements(Element under, String name) {
        NodeList found = under.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    /** Names of the properties that stand beside the element with a class name. */
    private static TreeSet<String> declared(Element classElement) {
        TreeSet<String> names = new TreeSet<>();
        NodeList siblings = classElement.getParentNode().getChildNodes();
        for (int i = 0; i < siblings.getLength(); i++) {
            Node sibling = siblings.item(i);
            if (sibling.getNodeName().equals("config-property")) {
                names.add(
                        elements((Element) sibling, "config-property-name")
                                .get(0)
                                .getTextContent());
            }
        }
        return names;
    }

    private static TreeSet<String> writable(Class<?> bean) throws Exception {
        TreeSet<String> names = new TreeSet<>();
        for (PropertyDescriptor each : Introspector.getBeanInfo(bean).getPropertyDescriptors()) {
            if (each.getWriteMethod() != null && each.getPropertyType() == String.class) {
                names.add(each.getName());
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resourceadapter-class",
                "managedconnectionfactory-class",
                "activationspec-class",
                "adminobject-class"
            })
    @Spec("RA-3")
    void descriptorDeclaresEveryPropertyOfABeanAndNoOther(String kind) throws Exception {
        List<Element> classes = elements(descriptor(), kind);
        assertThat(classes).isNotEmpty();
        for (Element each : classes) {
            Class<?> bean = Class.forName(each.getTextContent());
            assertThatCode(bean::getDeclaredConstructor).doesNotThrowAnyException();
            assertThat(declared(each)).as(bean.getName()).isEqualTo(writable(bean));
        }
    }

    @Test
    void everyClassOfTheDescriptorImplementsItsInterface() throws Exception {
        for (Element definition : elements(descriptor(), "connection-definition")) {
            for (String kind : List.of("connectionfactory", "connection")) {
                String implementation =
                        elements(definition, kind + "-impl-class").get(0).getTextContent();
                String contract = elements(definition, kind + "-interface").get(0).getTextContent();
                assertThat(Class.forName(contract)).isAssignableFrom(Class.forName(implementation));
            }
        }
        assertThat(elements(descriptor(), "connectionfactory-interface"))
                .extracting(Element::getTextContent)
                .containsExactly(
                        "jakarta.jms.ConnectionFactory",
                        "jakarta.jms.QueueConnectionFactory",
                        "jakarta.jms.TopicConnectionFactory");
    }

    @Test
    @Spec("INB-1")
    void descriptorListsListenersAndDestinations() throws Exception {
        assertThat(elements(descriptor(), "messagelistener-type"))
                .extracting(Element::getTextContent)
                .containsExactly("jakarta.jms.MessageListener");
        assertThat(elements(descriptor(), "activationspec-class"))
                .extracting(Element::getTextContent)
                .containsExactly(MillraceActivationSpec.class.getName());
        assertThat(elements(descriptor(), "adminobject-interface"))
                .extracting(Element::getTextContent)
                .containsExactlyInAnyOrder("jakarta.jms.Queue", "jakarta.jms.Topic");
    }

    @Test
    @Spec("INB-2")
    void activationHasThePropertiesOfTheSpecification() throws Exception {
        assertThat(writable(MillraceActivationSpec.class))
                .contains(
                        "acknowledgeMode",
                        "clientId",
                        "connectionFactoryLookup",
                        "destinationLookup",
                        "destinationType",
                        "messageSelector",
                        "subscriptionDurability",
                        "subscriptionName");
    }

    @Test
    void settersHaveNoEffectOnOtherProperties() throws Exception {
        for (Class<?> bean :
                List.of(
                        MillraceResourceAdapter.class,
                        MillraceManagedConnectionFactory.class,
                        MillraceActivationSpec.class)) {
            PropertyDescriptor[] all =
                    Arrays.stream(Introspector.getBeanInfo(bean).getPropertyDescriptors())
                            .filter(each -> each.getWriteMethod() != null)
                            .filter(each -> each.getPropertyType() == String.class)
                            .toArray(PropertyDescriptor[]::new);
            for (PropertyDescriptor one : all) {
                Object fresh = bean.getConstructor().newInstance();
                one.getWriteMethod().invoke(fresh, "set");
                for (PropertyDescriptor other : all) {
                    assertThat(other.getReadMethod().invoke(fresh))
                            .as("%s after %s", other.getName(), one.getName())
                            .isEqualTo(other.equals(one) ? "set" : null);
                }
            }
        }
    }

    // ---- equality

    @Test
    @Spec("RA-4")
    void factoriesAndAdaptersAreEqualByTheirProperties() throws Exception {
        var one = new MillraceManagedConnectionFactory();
        var other = new MillraceManagedConnectionFactory();
        assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
        assertThat(one).isNotEqualTo(new MillraceQueueManagedConnectionFactory());
        other.setUrl("vm://other");
        assertThat(one).isNotEqualTo(other);

        var adapter = new MillraceResourceAdapter();
        var same = new MillraceResourceAdapter();
        assertThat(adapter).isEqualTo(same).hasSameHashCodeAs(same);
        same.setUser("somebody");
        assertThat(adapter).isNotEqualTo(same);

        assertThat(new MillraceActivationSpec()).isNotEqualTo(new MillraceActivationSpec());
    }

    @Test
    void administeredDestinationIsEqualToWhatItStandsFor() {
        MillraceQueue queue = new MillraceQueue();
        queue.setDestinationName("orders");
        var meant = new org.millrace.jms.MillraceQueue("orders");
        assertThat(queue.getName()).isEqualTo("orders");
        assertThat(queue.equals(meant)).isTrue();
        assertThat(queue).hasSameHashCodeAs(meant);
        MillraceTopic topic = new MillraceTopic();
        topic.setName("orders");
        assertThat(topic).isNotEqualTo(queue);
        assertThatThrownBy(() -> new MillraceTopic().getTopicName())
                .hasMessageContaining("property name")
                .hasMessageContaining("'null'");
    }

    @Test
    @Spec("RA-7")
    void whatIsSetNearerWinsAndPasswordsGoWithTheirUsers() throws Exception {
        MillraceResourceAdapter adapter = new MillraceResourceAdapter();
        adapter.setUrl("vm://far");
        adapter.setUserName("far");
        adapter.setPassword("far-secret");
        var factory = new MillraceManagedConnectionFactory();
        factory.setResourceAdapter(adapter);
        assertThat(factory.settings())
                .isEqualTo(new ConnectionSettings("vm://far", "far", "far-secret", ""));

        factory.setUrl("vm://near");
        factory.setUser("near");
        assertThat(factory.settings())
                .isEqualTo(new ConnectionSettings("vm://near", "near", "", ""));
        assertThat(factory.toString()).doesNotContain("secret");

        assertThatThrownBy(() -> factory.setResourceAdapter(new MillraceResourceAdapter()))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("set already");
        MillraceActivationSpec spec = valid();
        spec.setResourceAdapter(adapter);
        assertThatThrownBy(() -> spec.setResourceAdapter(new MillraceResourceAdapter()))
                .isInstanceOf(ResourceException.class)
                .hasMessageContaining("set already");
    }

    @Test
    void recoveryHasNoClientIdentifierAndPasswordsStayAsTheyAre() throws Exception {
        ConnectionSettings settings =
                new ConnectionSettings(
                        "vm://here?clientId=one&reconnect=false", " me ", " secret ", "two");
        assertThat(settings.user()).isEqualTo("me");
        assertThat(settings.password()).isEqualTo(" secret ");
        assertThat(settings.factory().getClientId()).isEqualTo("two");
        assertThat(settings.anonymousClient().factory().getClientId()).isNull();
        assertThat(settings.anonymousClient().factory().isReconnect()).isFalse();
        assertThat(
                        new ConnectionSettings("vm://here?clientId=one", "", "", "")
                                .anonymousClient()
                                .url())
                .isEqualTo("vm://here");
    }

    // ---- validation

    private static final Map<String, String> WRONG =
            Map.ofEntries(
                    Map.entry("acknowledgeMode", "Client-acknowledge"),
                    Map.entry("subscriptionDurability", "Sometimes"),
                    Map.entry("shareSubscriptions", "maybe"),
                    Map.entry("maxSessions", "0"),
                    Map.entry("maxSession", "many"),
                    Map.entry("transactionTimeout", "-1"),
                    Map.entry("reconnectInterval", "soon"),
                    Map.entry("redeliveryPause", "1s"),
                    Map.entry("maxDeliveries", "-3"),
                    Map.entry("destinationType", "jakarta.jms.Destination"),
                    Map.entry("partitions", "1025"),
                    Map.entry("assignment", "random"),
                    Map.entry("from", "yesterday"));

    @Test
    @Spec("INB-3")
    void eachWrongPropertyIsNamedWithItsValueAndWhatIsAllowed() throws Exception {
        for (Map.Entry<String, String> wrong : WRONG.entrySet()) {
            MillraceActivationSpec spec = valid();
            setter(wrong.getKey()).getWriteMethod().invoke(spec, wrong.getValue());
            String told = wrong.getKey().equals("maxSession") ? "maxSessions" : wrong.getKey();
            assertThatThrownBy(spec::validate)
                    .isInstanceOf(InvalidPropertyException.class)
                    .hasMessageContaining("property " + told)
                    .hasMessageContaining("'" + wrong.getValue() + "'")
                    .hasMessageContaining("allowed: ");
        }
    }

    private static PropertyDescriptor setter(String name) throws Exception {
        return Arrays.stream(
                        Introspector.getBeanInfo(MillraceActivationSpec.class)
                                .getPropertyDescriptors())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static MillraceActivationSpec associated() throws Exception {
        MillraceActivationSpec spec = valid();
        spec.setResourceAdapter(new MillraceResourceAdapter());
        return spec;
    }

    private static MillraceActivationSpec valid() {
        MillraceActivationSpec spec = new MillraceActivationSpec();
        spec.setDestinationLookup("jms/orders");
        spec.setDestinationType("jakarta.jms.Topic");
        return spec;
    }

    private static void assertRefused(Consumer<MillraceActivationSpec> change, String... parts) {
        MillraceActivationSpec spec = valid();
        change.accept(spec);
        assertThatThrownBy(spec::validate)
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void contradictionsAndWrongUrlsAreNamed() {
        assertThatCode(() -> valid().validate()).doesNotThrowAnyException();
        assertRefused(spec -> spec.setDestinationLookup(null), "property destinationLookup");
        assertRefused(
                spec -> spec.setUrl("http://broker"), "property url", "http", "allowed: millrace");
        assertRefused(
                spec -> spec.setUrl("millrace://broker?colour=red"), "property url", "colour");
        assertRefused(
                spec -> {
                    spec.setGroup("a");
                    spec.setSubscriptionName("b");
                },
                "property group is 'a'",
                "b");
    }

    /** It may be the adapter's, the connection factory's, or in the URL. */
    @Test
    void clientIdentifierIsAskedForWhereItIsMissing() throws Exception {
        MillraceActivationSpec spec = associated();
        spec.setSubscriptionDurability("Durable");
        spec.setShareSubscriptions("false");
        assertThatThrownBy(spec::validate)
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("property clientId");
        spec.setUrl("vm://here?clientId=bean");
        spec.validate();
        spec.setUrl(null);
        spec.setConnectionFactoryLookup("jms/factory");
        spec.validate();
        spec.setConnectionFactoryLookup(null);
        ((MillraceResourceAdapter) spec.getResourceAdapter()).setClientId("adapter");
        spec.validate();
    }

    @Test
    void contradictionsOfNamesAndNumbersAreNamed() {
        assertRefused(
                spec -> spec.setDestinationName("other"),
                "property destinationName is 'other'",
                "destinationLookup, which is jms/orders");
        assertRefused(
                spec -> {
                    spec.setMaxSessions("3");
                    spec.setMaxSession("4");
                },
                "property maxSession is '4'",
                "maxSessions, which is 3");
        assertRefused(
                spec -> {
                    spec.setDestinationLookup(null);
                    spec.setDestinationName("orders");
                    spec.setDestinationType(" ");
                },
                "property destinationType is ' '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "earliest",
                "latest",
                "offset:4711",
                "2026-08-01T00:00:00Z",
                "2026-08-01T00:00:00.123Z",
                "-PT2H",
                "-P1DT0.5S"
            })
    void placesToReadFromAreTaken(String from) {
        MillraceActivationSpec spec = valid();
        spec.setFrom(from);
        assertThatCode(spec::validate).doesNotThrowAnyException();
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertRefused(
                spec -> {
                    spec.setMaxSessions("x");
                    spec.setAcknowledgeMode("y");
                },
                "property maxSessions",
                "property acknowledgeMode");
    }
}
