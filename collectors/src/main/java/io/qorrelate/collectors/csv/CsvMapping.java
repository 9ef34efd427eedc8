package io.qorrelate.collectors.csv;

import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.mapping.EventTemplate;
import io.qorrelate.collectors.mapping.Vocabulary;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a table of values separated by commas, or by something else, means.
 *
 * @param charset of the text
 * @param layout how a row is cut into cells
 * @param decimalComma whether numbers are written with a comma
 * @param comment what a line that is no row begins with; null where all lines are rows
 * @param empty what stands in a cell whose value is not known
 * @param columns of a table without a header line; empty where the first row names them
 * @param wanted columns that a header line must name
 * @param optional columns that it may leave out
 * @param by column that tells links or nodes apart; null where the table is about one
 */
public record CsvMapping(
        Charset charset,
        CsvSchema layout,
        boolean decimalComma,
        @Nullable String comment,
        Set<String> empty,
        List<String> columns,
        Set<String> wanted,
        Set<String> optional,
        @Nullable String by,
        CsvTime time,
        List<Rule> rules) {
    /** Word of a mapping's {@code format}. */
    public static final String FORMAT = "csv";

    private static final List<String> FIELDS = List.of(
            "format",
            "charset",
            "delimiter",
            "quote",
            "decimal_comma",
            "comment",
            "empty",
            "columns",
            "optional",
            "by",
            "time",
            "events");

    /** The kinds that a device can tell of at one time, and some more. */
    private static final int MAX_EVENTS = 8;

    /** Those in which a line end is one byte, and no other character has that byte. */
    private static final Map<String, Charset> CHARSETS = Map.of(
            "utf-8", StandardCharsets.UTF_8,
            "iso-8859-1", StandardCharsets.ISO_8859_1,
            "windows-1252", Charset.forName("windows-1252"));

    private static final Map<String, Character> DELIMITERS = Map.of("tab", '\t', "space", ' ');

    /**
     * One event of a row.
     *
     * @param required columns without a value in which a row gives no such event
     */
    record Rule(List<String> required, EventTemplate event) {}

    public CsvMapping {
        empty = Set.copyOf(empty);
        columns = List.copyOf(columns);
        wanted = Set.copyOf(wanted);
        optional = Set.copyOf(optional);
        rules = List.copyOf(rules);
    }

    /**
     * Reads a mapping whose {@code format} is {@value #FORMAT}.
     *
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    public static CsvMapping parse(YamlValue mapping) {
        YamlValue format = mapping.required("format");
        if (!format.text().equals(FORMAT)) {
            throw format.error("expected a mapping of format csv, found '" + format.text() + "'");
        }
        mapping.rejectUnknown(FIELDS, "a mapping of format csv");
        char delimiter = mapping.field("delimiter").map(CsvMapping::delimiter).orElse(',');
        char quote = mapping.field("quote").map(CsvMapping::character).orElse('"');
        Charset charset = mapping.field("charset").map(CsvMapping::charset).orElse(StandardCharsets.UTF_8);
        boolean decimalComma =
                mapping.field("decimal_comma").map(YamlValue::bool).orElse(false);
        if (decimalComma && delimiter == ',') {
            throw mapping.errorAt(
                    "decimal_comma", "with commas in numbers, cells are separated by another 'delimiter'");
        }
        List<String> columns = texts(mapping, "columns");
        for (YamlValue column : mapping.field("columns").map(YamlValue::items).orElse(List.of())) {
            if (columns.indexOf(column.text()) != columns.lastIndexOf(column.text())) {
                throw column.error("column '" + column.text() + "' stands here twice");
            }
        }
        List<String> named = new ArrayList<>();
        YamlValue when = mapping.required("time");
        CsvTime time = CsvTime.parse(when, named);
        mapping.field("by").ifPresent(by -> named.add(by.text()));
        Vocabulary vocabulary = new Columns(columns, named);
        List<Rule> rules = new ArrayList<>();
        for (YamlValue rule : mapping.required("events").items()) {
            rule.rejectUnknown(List.of("required", "event"), "an event's mapping");
            List<String> required = texts(rule, "required");
            named.addAll(required);
            rules.add(new Rule(required, EventTemplate.parse(rule.required("event"), vocabulary)));
        }
        if (rules.isEmpty() || rules.size() > MAX_EVENTS) {
            throw mapping.errorAt("events", "a mapping makes 1 to " + MAX_EVENTS + " events of a row");
        }
        for (String column : named) {
            String wrong = vocabulary.complaint(column);
            if (wrong != null) {
                throw mapping.error(wrong);
            }
        }
        Set<String> optional = new LinkedHashSet<>(texts(mapping, "optional"));
        Set<String> wanted = new LinkedHashSet<>(named);
        wanted.removeAll(optional);
        Set<String> empty = new HashSet<>(texts(mapping, "empty"));
        empty.add("");
        return new CsvMapping(
                charset,
                CsvSchema.emptySchema().withColumnSeparator(delimiter).withQuoteChar(quote),
                decimalComma,
                mapping.field("comment").map(YamlValue::text).orElse(null),
                empty,
                columns,
                wanted,
                optional,
                mapping.field("by").map(YamlValue::text).orElse(null),
                time,
                rules);
    }

    /**
     * Begins to read a table.
     *
     * @param placement where what it tells belongs, as far as its rows do not say
     * @param source name of what tells it
     */
    public CsvTable begin(Placement placement, String source, EventIntake intake) {
        return new CsvTable(this, placement, source, intake);
    }

    private static List<String> texts(YamlValue value, String field) {
        return value.field(field).map(YamlValue::itemsOrSelf).orElse(List.of()).stream()
                .map(YamlValue::text)
                .toList();
    }

    private static char delimiter(YamlValue value) {
        Character named = DELIMITERS.get(value.text());
        return named == null ? character(value) : named;
    }

    private static char character(YamlValue value) {
        String text = value.text();
        if (text.length() != 1 || text.charAt(0) < ' ' || text.charAt(0) > '~') {
            throw value.error("expected one character of ASCII, or 'tab'; found '" + text + "'");
        }
        return text.charAt(0);
    }

    private static Charset charset(YamlValue value) {
        Charset charset = CHARSETS.get(value.text().toLowerCase(Locale.ROOT));
        if (charset == null) {
            throw value.error("'" + value.text() + "' is none of utf-8, iso-8859-1 and windows-1252");
        }
        return charset;
    }

    /**
     * Names of columns.
     *
     * @param known all of them; empty where a header line will name them
     * @param named gathers those that somebody asks for
     */
    private record Columns(List<String> known, List<String> named) implements Vocabulary {
        @Override
        public @Nullable String complaint(String name) {
            if (!known.isEmpty() && !known.contains(name)) {
                return "there is no column '" + name + "'" + YamlValue.suggestion(name, known) + "; there are "
                        + String.join(", ", known);
            }
            if (!named.contains(name)) {
                named.add(name);
            }
            return null;
        }

        @Override
        public boolean isText() {
            return true;
        }
    }
}
