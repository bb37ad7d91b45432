package dev.mailroom.mailclient.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundPolicyTest {
    private static final OutboundPolicy PUBLIC = OutboundPolicy.publicInternet();

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "169.254.0.1",
                "100.64.0.1",
                "100.127.255.255",
                "100.100.100.200",
                "168.63.129.16",
                "0.0.0.0",
                "0.1.2.3",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "::1",
                "::",
                "fe80::1",
                "febf::1",
                "fc00::1",
                "fd00:ec2::254",
                "fec0::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::127.0.0.1",
                "::8.8.8.8",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::c0a8:101",
                "64:ff9b:1::1",
                "2002:7f00:1::1",
                "2002:808:808::1",
                "2001:0:1234::1",
                "2001:db8::1",
                "3fff::1",
                "100::1",
                "5f00::1"
            })
    void refusesAnAddressThatIsNotPublic(String literal) {
        assertThat(PUBLIC.permits(address(literal), 993)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "9.255.255.255",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "192.167.255.255",
                "223.255.255.255",
                "2a00:1450:4001::1",
                "2606:4700::1",
                "::ffff:8.8.8.8",
                "64:ff9b::808:808"
            })
    void permitsAPublicAddress(String literal) {
        assertThat(PUBLIC.permits(address(literal), 993)).isTrue();
    }

    @Test
    void judgesTheSixteenByteFormOfAnIpv4Address() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        assertThat(PublicAddresses.effective(mapped)).containsExactly(127, 0, 0, 1);
        assertThat(PUBLIC.permits(InetAddress.getByAddress(mapped), 993)).isFalse();
    }

    @Test
    void permitsThePortsOfMailOnly() {
        InetAddress server = address("8.8.8.8");
        for (int port : new int[] {25, 143, 465, 587, 993, 2525}) {
            assertThat(PUBLIC.permits(server, port)).isTrue();
        }
        for (int port : new int[] {22, 80, 443, 6379, 9092, 1, 65_535}) {
            assertThat(PUBLIC.permits(server, port)).isFalse();
            assertThat(PUBLIC.permitsPort(port)).isFalse();
        }
    }

    @Test
    void opensExactlyWhatTheOperatorAllows() {
        OutboundPolicy policy =
                OutboundPolicy.parse(" 10.1.0.0/16 , 127.0.0.1/32:1025-2000,fd12::/16:143-143, [::1]/128:3000 ");

        assertThat(policy.permits(address("10.1.2.3"), 993)).isTrue();
        assertThat(policy.permits(address("10.2.0.1"), 993)).isFalse();
        assertThat(policy.permits(address("10.1.2.3"), 6379)).isFalse();
        assertThat(policy.permits(address("127.0.0.1"), 1025)).isTrue();
        assertThat(policy.permits(address("127.0.0.1"), 2000)).isTrue();
        assertThat(policy.permits(address("127.0.0.1"), 993)).isFalse();
        assertThat(policy.permits(address("127.0.0.2"), 1500)).isFalse();
        assertThat(policy.permits(address("fd12::9"), 143)).isTrue();
        assertThat(policy.permits(address("fd12::9"), 993)).isFalse();
        assertThat(policy.permits(address("::1"), 3000)).isTrue();
        assertThat(policy.permits(address("64:ff9b::a01:203"), 993))
                .as("10.1.2.3 behind NAT64")
                .isTrue();
    }

    @Test
    void allowsBareAddresses() {
        assertThat(OutboundPolicy.parse("127.0.0.1:2000").permits(address("127.0.0.1"), 2000))
                .isTrue();
        assertThat(OutboundPolicy.parse("fd00::5").permits(address("fd00::5"), 143))
                .isTrue();
        assertThat(OutboundPolicy.parse("").allowed()).isEmpty();
    }

    @Test
    void neverOpensMulticastOrBroadcast() {
        OutboundPolicy everything = OutboundPolicy.parse("0.0.0.0/0:1-65535,::/0:1-65535");

        assertThat(everything.permits(address("10.0.0.1"), 993)).isTrue();
        assertThat(everything.permits(address("224.0.0.1"), 993)).isFalse();
        assertThat(everything.permits(address("255.255.255.255"), 993)).isFalse();
        assertThat(everything.permits(address("0.0.0.0"), 993)).isFalse();
        assertThat(everything.permits(address("ff02::1"), 993)).isFalse();
        assertThat(everything.permits(address("::"), 993)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/8:0",
                "10.0.0.0/8:10-5",
                "10.0.0.0/8:1-70000",
                "10.0.0.0/x",
                "10.0.0.0/8:a-b",
                "*"
            })
    void namesTheEntryThatCannotBeRead(String entry) {
        assertThatThrownBy(() -> OutboundPolicy.parse("127.0.0.0/8," + entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(entry);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\r\nb", "host\0", "http://x", "user@host", "a;b", "host\u00a0x"})
    void refusesWhatIsNotAHost(String host) {
        assertThatThrownBy(() -> new Endpoint(host, 993, Encryption.TLS)).isInstanceOf(IllegalArgumentException.class);
    }
}
