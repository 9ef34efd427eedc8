package io.qorrelate.collectors.etsi015;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.qorrelate.collectors.mapping.JsonDocument;
import io.qorrelate.model.RejectReason;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * YANG data in XML (RFC 7950) to the tree that its JSON would give. A document type, and with it entities of its own making, is
 * refused where it stands: NETCONF's messages have none (RFC 6241, section 3).
 */
final class YangXml {
    /** Before the name of an attribute in the tree: RFC 7952's sign for metadata. */
    static final String ATTRIBUTE = "@";

    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader xml;

    private YangXml(XMLStreamReader xml) {
        this.xml = xml;
    }

    private static XMLInputFactory factory() {
        // The platform's own: another one on the class path may know other ways to fetch what a document names.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("nothing is fetched for a document");
        });
        return factory;
    }

    /**
     * Reads a document: an object with the root's local name as its only member, where the root's attributes have {@value #ATTRIBUTE}
     * before their names.
     */
    static ObjectNode read(byte[] document) throws Malformed {
        try {
            // NETCONF's messages are in UTF-8 whatever they say of themselves (RFC 6241, section 3).
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            XMLStreamReader xml = FACTORY.createXMLStreamReader(new StringReader(text));
            try {
                return new YangXml(xml).document();
            } finally {
                xml.close();
            }
        } catch (CharacterCodingException e) {
            throw malformed("not XML: it is not in UTF-8");
        } catch (XMLStreamException e) {
            throw malformed("not XML: " + firstLine(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            // The platform's parser has its own ideas of what cannot happen.
            throw malformed("not XML: " + e.getClass().getSimpleName());
        }
    }

    private ObjectNode document() throws XMLStreamException, Malformed {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.DTD -> throw malformed("a document type is not allowed");
                case XMLStreamConstants.START_ELEMENT -> {
                    String name = xml.getLocalName();
                    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
                    for (int i = 0; i < xml.getAttributeCount(); i++) {
                        attributes.put(ATTRIBUTE + xml.getAttributeLocalName(i), xml.getAttributeValue(i));
                    }
                    JsonNode root = element(1);
                    if (root instanceof ObjectNode object) {
                        attributes.setAll(object);
                    }
                    document.set(name, attributes.isEmpty() ? root : attributes);
                }
                default -> {
                    // comments, processing instructions, white space
                }
            }
        }
        return document;
    }

    private JsonNode element(int depth) throws XMLStreamException, Malformed {
        if (depth > JsonDocument.MAX_NESTING_DEPTH) {
            throw malformed("nested deeper than " + JsonDocument.MAX_NESTING_DEPTH + " levels");
        }
        ObjectNode children = JsonNodeFactory.instance.objectNode();
        StringBuilder text = new StringBuilder();
        @Nullable TextNode identity = null;
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    String name = xml.getLocalName();
                    add(children, name, element(depth + 1));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    text.append(xml.getText());
                    identity = identity(text);
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw malformed("an entity that is none of XML's own is not allowed");
                case XMLStreamConstants.END_ELEMENT -> {
                    if (!children.isEmpty()) {
                        return children;
                    }
                    return identity == null ? TextNode.valueOf(text.toString()) : identity;
                }
                default -> {
                    // comments, processing instructions
                }
            }
        }
    }

    /** The standard's own identity that a text names by a prefix in scope here; null where it names none. */
    private @Nullable TextNode identity(StringBuilder text) {
        int colon = text.indexOf(":");
        if (colon <= 0) {
            return null;
        }
        String word = text.toString().strip();
        String prefix = word.substring(0, word.indexOf(':'));
        return Identities.NAMESPACE.equals(xml.getNamespaceURI(prefix))
                ? TextNode.valueOf(word.substring(prefix.length() + 1))
                : null;
    }

    private static void add(ObjectNode parent, String name, JsonNode child) {
        JsonNode before = parent.get(name);
        if (before instanceof ArrayNode list) {
            list.add(child);
        } else if (before != null) {
            parent.putArray(name).add(before).add(child);
        } else if (YangDocument.LISTS.contains(name)) {
            parent.putArray(name).add(child);
        } else {
            parent.set(name, child);
        }
    }

    /** The parser puts where it was on a line of its own. */
    private static String firstLine(String message) {
        Iterator<String> lines = message.lines().iterator();
        String first = lines.hasNext() ? lines.next() : message;
        return lines.hasNext() ? first + ", " + lines.next().replace("Message: ", "") : first;
    }

    private static Malformed malformed(String message) {
        return new Malformed(RejectReason.WRONG_TYPE, message);
    }
}
