package io.qorrelate.collectors.mqtt;

import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Topics to subscribe to: a topic filter of MQTT 5 (clause 4.7) some of whose levels have names, as in {@code qkd/{link}/quality}.
 *
 * @param share group of a shared subscription; null for one's own
 * @param levels of the filter as written
 */
record TopicPattern(@Nullable String share, List<String> levels) {
    /** Of the names under which a mapping knows the levels. */
    static final String PREFIX = "topic.";

    private static final String SHARE = "$share/";

    private static final Pattern NAMED = Pattern.compile("\\{([a-z][a-z0-9_]{0,63})}");

    /** MQTT 5, clause 1.5.4. */
    private static final int MOST_BYTES = 65_535;

    static TopicPattern parse(YamlValue value) {
        String text = value.text();
        String share = null;
        if (text.startsWith(SHARE)) {
            int slash = text.indexOf('/', SHARE.length());
            share = slash < 0 ? "" : text.substring(SHARE.length(), slash);
            if (share.isEmpty() || share.contains("+") || share.contains("#")) {
                throw value.error("a shared subscription is $share/GROUP/FILTER, such as $share/qorrelate/qkd/#");
            }
            text = text.substring(slash + 1);
        }
        List<String> levels = List.of(text.split("/", -1));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            String name = name(level);
            if (name != null) {
                if (names.contains(name)) {
                    throw value.error("the level '" + name + "' stands in this topic twice");
                }
                names.add(name);
            } else if (level.equals("#") && i < levels.size() - 1) {
                throw value.error("'#' stands for all further levels and is the last one");
            } else if (!level.equals("#") && !level.equals("+") && level.matches(".*[#+{}\\x00].*")) {
                throw value.error("a level is text, '+', '#' or a name in braces as {link}; found '" + level + "'");
            }
        }
        if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw value.error("a topic has 1 to " + MOST_BYTES + " bytes");
        }
        return new TopicPattern(share, levels);
    }

    private static @Nullable String name(String level) {
        var named = NAMED.matcher(level);
        return named.matches() ? named.group(1) : null;
    }

    /** Names of its levels, as a mapping writes them. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (String level : levels) {
            String name = name(level);
            if (name != null) {
                names.add(PREFIX + name);
            }
        }
        return names;
    }

    /**
     * The filter for the broker.
     *
     * @param shared whether a shared subscription is asked for as one
     */
    String filter(boolean shared) {
        List<String> plain =
                levels.stream().map(level -> name(level) == null ? level : "+").toList();
        return (shared && share != null ? SHARE + share + "/" : "") + String.join("/", plain);
    }

    /** The named levels of a topic; null where the topic is none of these. */
    @Nullable
    Map<String, String> match(String topic) {
        String[] found = topic.split("/", -1);
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                // Wildcards at the beginning do not stand for the broker's own topics; MQTT 5, clause 4.7.2.
                return i == 0 && topic.startsWith("$") ? null : named;
            }
            if (i >= found.length) {
                return null;
            }
            String name = name(level);
            boolean wild = name != null || level.equals("+");
            if (wild ? i == 0 && topic.startsWith("$") : !level.equals(found[i])) {
                return null;
            }
            if (name != null) {
                named.put(PREFIX + name, found[i]);
            }
        }
        return found.length == levels.size() ? named : null;
    }
}
