package io.qorrelate.collectors.gnmi;

import com.github.gnmi.proto.Path;
import com.github.gnmi.proto.PathElem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A place in a device's data tree.
 *
 * @param elements from the root
 * @see <a href="https://github.com/openconfig/reference/blob/master/rpc/gnmi/gnmi-path-strings.md">gNMI path strings</a>
 */
record DataPath(List<Element> elements) {
    /** Deeper trees are hostile. */
    static final int MAX_ELEMENTS = 64;

    /**
     * One step.
     *
     * @param name without a module's prefix
     * @param keys of an entry of a list, by name
     */
    record Element(String name, Map<String, String> keys) {
        Element {
            keys = Map.copyOf(keys);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(name);
            new TreeMap<>(keys)
                    .forEach((key, value) -> text.append('[')
                            .append(key)
                            .append('=')
                            .append(value.replace("\\", "\\\\").replace("]", "\\]"))
                            .append(']'));
            return text.toString();
        }
    }

    DataPath {
        elements = List.copyOf(elements);
    }

    /** What is no path; the message says why. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Reads {@code /components/component[name=x]/state}; a key without a value, as {@code [name]}, has the value {@code *}.
     *
     * @throws Malformed where it is none
     */
    static DataPath parse(String text) throws Malformed {
        List<Element> elements = new ArrayList<>();
        int at = text.startsWith("/") ? 1 : 0;
        while (at < text.length()) {
            int begin = at;
            while (at < text.length() && text.charAt(at) != '/' && text.charAt(at) != '[') {
                at++;
            }
            String name = text.substring(begin, at);
            if (name.isBlank()) {
                throw new Malformed("an element without a name");
            }
            Map<String, String> keys = new TreeMap<>();
            while (at < text.length() && text.charAt(at) == '[') {
                at = key(text, at + 1, keys);
            }
            if (at < text.length() && text.charAt(at) != '/') {
                throw new Malformed("expected '/' after ']'");
            }
            at++;
            elements.add(new Element(unprefixed(name), keys));
        }
        if (elements.size() > MAX_ELEMENTS) {
            throw new Malformed("more than " + MAX_ELEMENTS + " elements");
        }
        return new DataPath(elements);
    }

    private static int key(String text, int begin, Map<String, String> keys) throws Malformed {
        StringBuilder whole = new StringBuilder();
        int equals = -1;
        int at = begin;
        while (at < text.length() && text.charAt(at) != ']') {
            char letter = text.charAt(at);
            if (letter == '\\' && at + 1 < text.length()) {
                at++;
                letter = text.charAt(at);
            } else if (letter == '=' && equals < 0) {
                equals = whole.length();
            }
            whole.append(letter);
            at++;
        }
        if (at >= text.length()) {
            throw new Malformed("a key without its ']'");
        }
        String name = equals < 0 ? whole.toString() : whole.substring(0, equals);
        if (name.isBlank()) {
            throw new Malformed("a key without a name");
        }
        keys.put(name, equals < 0 ? "*" : whole.substring(equals + 1));
        return at + 1;
    }

    /** A path as it came, below its prefix. */
    static DataPath of(@Nullable Path prefix, Path path) throws Malformed {
        List<Element> elements = new ArrayList<>();
        if (prefix != null) {
            add(prefix, elements);
        }
        add(path, elements);
        if (elements.size() > MAX_ELEMENTS) {
            throw new Malformed("a path of more than " + MAX_ELEMENTS + " elements");
        }
        return new DataPath(elements);
    }

    @SuppressWarnings("deprecation") // targets of gNMI before 0.4 send nothing else
    private static void add(Path path, List<Element> elements) {
        path.getElemList().forEach(each -> elements.add(new Element(unprefixed(each.getName()), each.getKeyMap())));
        if (path.getElemCount() == 0) {
            path.getElementList().forEach(name -> elements.add(new Element(unprefixed(name), Map.of())));
        }
    }

    /** As the protocol has it. */
    Path message(String origin) {
        Path.Builder path = Path.newBuilder().setOrigin(origin);
        elements.forEach(element ->
                path.addElem(PathElem.newBuilder().setName(element.name()).putAllKey(element.keys())));
        return path.build();
    }

    /** A module's name before a node's, as JSON of RFC 7951 has it, is not part of what it is called here. */
    static String unprefixed(String name) {
        return name.substring(name.indexOf(':') + 1);
    }

    DataPath child(Element element) {
        List<Element> longer = new ArrayList<>(elements);
        longer.add(element);
        return new DataPath(longer);
    }

    /** Whether the names of the elements begin so. */
    boolean startsWith(List<Element> names) {
        if (elements.size() < names.size()) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (!elements.get(i).name().equals(names.get(i).name())
                    || !elements.get(i)
                            .keys()
                            .keySet()
                            .containsAll(names.get(i).keys().keySet())) {
                return false;
            }
        }
        return true;
    }

    /** The part from an element on, without {@code /} before it. */
    String from(int element) {
        return String.join(
                "/",
                elements.subList(element, elements.size()).stream()
                        .map(Element::toString)
                        .toList());
    }

    /** The part up to an element. */
    DataPath upTo(int element) {
        return new DataPath(elements.subList(0, element));
    }

    @Override
    public String toString() {
        return "/" + from(0);
    }
}
