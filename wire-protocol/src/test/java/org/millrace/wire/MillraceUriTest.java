package org.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.MillraceUri.Transport;

class MillraceUriTest {
    @Example
    void hostsPortsAndOptionsAreRead() {
        MillraceUri uri =
                MillraceUri.parse(
                        "millrace://alpha,beta:9000,[::1],[2001:db8::2]:1?clientId=a%26b&x=%C3%BC+%25&e=");
        assertThat(uri.transport()).isEqualTo(Transport.TCP);
        assertThat(uri.endpoints())
                .isEqualTo(
                        List.of(
                                new Endpoint.Tcp("alpha", 7272),
                                new Endpoint.Tcp("beta", 9000),
                                new Endpoint.Tcp("::1", 7272),
                                new Endpoint.Tcp("2001:db8::2", 1)));
        assertThat(uri.options()).isEqualTo(Map.of("clientId", "a&b", "x", "ü+%", "e", ""));
        assertThat(uri.endpoints().get(3)).hasToString("[2001:db8::2]:1");
    }

    @Example
    void tlsAndInVmAreSchemes() {
        assertThat(MillraceUri.parse("millraces://h/").transport()).isEqualTo(Transport.TLS);
        MillraceUri vm = MillraceUri.parse("vm://test-1?a=b");
        assertThat(vm.transport()).isEqualTo(Transport.IN_VM);
        assertThat(vm.endpoints()).isEqualTo(List.of(new Endpoint.InVm("test-1")));
        assertThat(vm).hasToString("vm://test-1?a=b");
    }

    @Example
    void mistakesAreNamed() {
        assertRefused("localhost:7272", "there is no '://'");
        assertRefused("tcp://localhost", "unknown scheme 'tcp'");
        assertRefused("millrace://", "a host is missing");
        assertRefused("millrace://a,,b", "a host is missing");
        assertRefused("millrace://a:0", "'0' is not a port, 1 to 65535 are");
        assertRefused("millrace://a:65536", "'65536' is not a port");
        assertRefused("millrace://a:x", "'x' is not a port");
        assertRefused("millrace://a:", "'' is not a port");
        assertRefused("millrace://::1", "needs brackets");
        assertRefused("millrace://[::1", "lacks its ']'");
        assertRefused("millrace://a b", "host 'a b' contains ' '");
        assertRefused("millrace://a/b", "contains '/'");
        assertRefused("millrace://a?x", "option 'x' is not name=value");
        assertRefused("millrace://a?x=1&x=2", "option 'x' is given twice");
        assertRefused("millrace://a?x=%4", "'%' is not followed by two hexadecimal digits");
        assertRefused("millrace://a?x=%ff", "not UTF-8");
        assertRefused("vm://", "the name of the broker is missing");
        assertThatThrownBy(() -> MillraceUri.parse(null)).hasMessage("broker URI is null");
    }

    @Example
    void secretsAreNotShown() {
        assertThatThrownBy(
                        () ->
                                MillraceUri.parse(
                                        "millrace://u:s3cret@h?password=s3cret&trustStorePassword=s3cret"))
                .hasMessageContaining("user names are not taken from the URI")
                .message()
                .doesNotContain("s3cret");
        assertThat(MillraceUri.parse("millrace://h?password=s3cret&a=b"))
                .hasToString("millrace://h:7272?password=***&a=b");
    }

    @Property(tries = 2000)
    void anyTextIsReadOrRefusedByName(@ForAll String rest) {
        for (String scheme : List.of("", "millrace://", "vm://", "millrace://h?")) {
            try {
                assertThat(MillraceUri.parse(scheme + rest).endpoints()).isNotEmpty();
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("broker URI");
            }
        }
    }

    private static void assertRefused(String uri, String why) {
        assertThatThrownBy(() -> MillraceUri.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("broker URI '" + uri + "'")
                .hasMessageContaining(why);
    }
}
