package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class YangXmlTest {
    @TempDir
    private static Path folder;

    private static String read(String xml) throws Malformed {
        return YangDocument.read(xml.getBytes(UTF_8)).toString();
    }

    @Test
    void listsAreListsEvenOfOneAndIdentitiesLoseThePrefixThatIsBoundToTheStandard() throws Malformed {
        assertThat(read("""
                <?xml version="1.0" encoding="UTF-8"?>
                <qkd_node xmlns="urn:etsi:qkd:yang:etsi-qkd-node" xmlns:t="urn:etsi:qkd:yang:etsi-qkd-node-types">
                  <qkd_links><qkd_link><qkdl_id>a</qkdl_id><qkdl_status>t:OFF</qkdl_status>
                    <qkdl_type xmlns:acme="urn:acme">acme:RELAY</qkdl_type></qkd_link></qkd_links>
                  <!-- a comment --><note>10:00 &lt;&amp;&#x41;<![CDATA[<b>]]></note>
                </qkd_node>"""))
                .isEqualTo("{\"qkd_node\":{\"qkd_links\":{\"qkd_link\":[{\"qkdl_id\":\"a\",\"qkdl_status\":\"OFF\","
                        + "\"qkdl_type\":\"acme:RELAY\"}]},\"note\":\"10:00 <&A<b>\"}}");
    }

    @Test
    void theRootsAttributesAreKept() throws Malformed {
        assertThat(read("<rpc-reply message-id=\"7\"><ok/></rpc-reply>"))
                .isEqualTo("{\"rpc-reply\":{\"@message-id\":\"7\",\"ok\":\"\"}}");
    }

    static List<String> hostile() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "the password");
        return List.of(
                "<!DOCTYPE a><a/>",
                "<!DOCTYPE a [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]><a>&e;</a>",
                "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/evil.dtd\"><a/>",
                "<!DOCTYPE a [<!ENTITY x \"x\"><!ENTITY y \"&x;&x;\"><!ENTITY z \"&y;&y;\">]><a>&z;</a>",
                "<a>&e;</a>",
                "<a b=\"&e;\"/>",
                "<a>".repeat(33) + "</a>".repeat(33),
                "<a>".repeat(200_000),
                "<a><b></a></b>",
                "<a>",
                "<a/><b/>",
                "<a/>x",
                "<x:a/>",
                "<a b=\"1\" b=\"2\"/>",
                "<a>\u0001</a>",
                "<a>" + new String(new byte[] {(byte) 0xC3, 0x28}, StandardCharsets.ISO_8859_1) + "<");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatIsHostileOrBrokenIsRefused(String xml) {
        assertThatExceptionOfType(Malformed.class)
                .isThrownBy(() -> YangXml.read(xml.getBytes(StandardCharsets.ISO_8859_1)))
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("the password"));
    }
}
