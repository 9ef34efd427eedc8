package io.qorrelate.collectors.csv;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.PieceReader;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.Values;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A table being read, row by row; RFC 4180, but that a row ends with its line: a stray quote costs one row and not the rest. */
public final class CsvTable implements PieceReader {
    private static final ObjectReader ROW = CsvMapper.builder(CsvFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(TelemetryJson.MAX_EVENT_BYTES)
                            .build())
                    .build())
            .build()
            .readerFor(String[].class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Without going back: a cell may have a million digits. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][-+]?\\d++)?");

    private static final Pattern NUMBER_WITH_COMMA = Pattern.compile("[-+]?(\\d++(,\\d*+)?|,\\d++)([eE][-+]?\\d++)?");

    /** Quoted in complaints, which are for people. */
    private static final int MAX_QUOTED_CHARS = 64;

    /** Each rejected row carries its heading; one longer than this, of a thousand columns, would outweigh them. */
    private static final int MAX_HEADING_BYTES = 16 << 10;

    /** What does not fit the mapping; the message says how. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        private final RejectReason reason;

        Unfit(RejectReason reason, String message) {
            super(message, null, false, false);
            this.reason = reason;
        }
    }

    private final CsvMapping mapping;
    private final Placement placement;
    private final String source;
    private final EventIntake intake;
    private final ObjectReader cells;
    private @Nullable Map<String, Integer> columns;
    private int width;
    private @Nullable String badHeader;
    private byte @Nullable [] heading;

    CsvTable(CsvMapping mapping, Placement placement, String source, EventIntake intake) {
        this.mapping = mapping;
        this.placement = placement;
        this.source = source;
        this.intake = intake;
        cells = ROW.with(mapping.layout());
        if (!mapping.columns().isEmpty()) {
            columns = index(mapping.columns());
            width = mapping.columns().size();
        }
    }

    @Override
    public int mostOfOne() {
        return mapping.rules().size();
    }

    @Override
    public boolean needsBeginning() {
        return columns == null;
    }

    @Override
    public List<Intake> read(Fragment piece) {
        byte[] above = heading;
        List<Intake> found = found(piece);
        return above == null
                ? found
                : found.stream().map(intake -> under(above, intake)).toList();
    }

    /** Whoever mends a row and sends it again needs to know what its cells are. */
    private static Intake under(byte[] above, Intake found) {
        return found instanceof Intake.Rejected rejected ? rejected.under(above) : found;
    }

    private List<Intake> found(Fragment piece) {
        if (piece.isCut() || piece.length() > TelemetryJson.MAX_EVENT_BYTES) {
            return List.of(new Intake.Rejected(
                    piece.bytes(),
                    piece.totalBytes(),
                    RejectReason.TOO_LARGE,
                    "the row has " + piece.totalBytes() + " bytes, at most " + TelemetryJson.MAX_EVENT_BYTES
                            + " are allowed"));
        }
        byte[] raw = piece.bytes();
        try {
            String line = text(raw);
            String comment = mapping.comment();
            if (comment != null && line.startsWith(comment)) {
                return List.of();
            }
            String[] row = row(line);
            Map<String, Integer> known = columns;
            if (known == null) {
                heading = raw.length <= MAX_HEADING_BYTES ? raw : null;
                header(row);
                return List.of();
            }
            if (badHeader != null) {
                throw new Unfit(RejectReason.MISSING_FIELD, badHeader);
            }
            return events(row, known, raw);
        } catch (Unfit e) {
            return List.of(new Intake.Rejected(raw, raw.length, e.reason, String.valueOf(e.getMessage())));
        } catch (RuntimeException | Error e) {
            return List.of(Fault.rejected(raw, e));
        }
    }

    private String text(byte[] raw) throws Unfit {
        try {
            return mapping.charset()
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unfit(RejectReason.WRONG_TYPE, "the row is not " + mapping.charset());
        }
    }

    private String[] row(String line) throws Unfit {
        try {
            String[] row = cells.readValue(line);
            if (row == null) {
                throw new Unfit(RejectReason.WRONG_TYPE, "no row of a table");
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = row[i] == null ? "" : row[i].strip();
            }
            return row;
        } catch (JacksonException e) {
            throw new Unfit(RejectReason.WRONG_TYPE, "no row of a table: " + e.getOriginalMessage());
        }
    }

    /** Takes the names of the columns; where they are not what the mapping asks for, no row after it is readable either. */
    private void header(String[] row) throws Unfit {
        List<String> names = new ArrayList<>(List.of(row));
        while (!names.isEmpty() && names.getLast().isEmpty()) {
            names.removeLast();
        }
        columns = index(names);
        width = names.size();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!name.isEmpty() && !seen.add(name)) {
                badHeader = "the header names column " + quoted(name) + " twice";
            }
        }
        for (String wanted : mapping.wanted()) {
            if (!seen.contains(wanted)) {
                badHeader = "the header has no column '" + wanted + "'" + YamlValue.suggestion(wanted, seen);
            }
        }
        if (badHeader != null) {
            throw new Unfit(RejectReason.MISSING_FIELD, badHeader);
        }
    }

    private List<Intake> events(String[] row, Map<String, Integer> known, byte[] raw) throws Unfit {
        // Some writers end every row with a delimiter.
        boolean oneEmptyMore = row.length == width + 1 && row[width].isEmpty();
        if (row.length != width && !oneEmptyMore) {
            throw new Unfit(
                    RejectReason.WRONG_TYPE,
                    "the row has " + row.length + " cells and the table " + width + " columns");
        }
        Values values = new Cells(row, known);
        String by = mapping.by() == null ? "" : text(values.get(mapping.by()));
        Defaults defaults = new Defaults(time(row, known), placement.linkOf(by), placement.nodeOf(by), source);
        List<Intake> events = new ArrayList<>();
        for (CsvMapping.Rule rule : mapping.rules()) {
            boolean complete = rule.required().stream().allMatch(column -> values.get(column) != null);
            if (complete && rule.event().isTold(values)) {
                events.add(rule.event().fill(values, defaults, raw, intake));
            }
        }
        if (events.isEmpty()) {
            throw new Unfit(RejectReason.MISSING_FIELD, "the row has no value that an event is made of");
        }
        return events;
    }

    private Instant time(String[] row, Map<String, Integer> known) throws Unfit {
        StringBuilder text = new StringBuilder();
        for (String column : mapping.time().columns()) {
            Integer at = known.get(column);
            text.append(text.isEmpty() ? "" : " ").append(at == null ? "" : row[at]);
        }
        String told = text.toString().strip();
        if (told.isEmpty()) {
            throw new Unfit(RejectReason.MISSING_FIELD, "the row has no time");
        }
        try {
            return mapping.time().read(told);
        } catch (DateTimeException e) {
            throw new Unfit(
                    RejectReason.WRONG_TYPE,
                    quoted(told) + " is no time of the format " + mapping.time().format());
        }
    }

    private static Map<String, Integer> index(List<String> names) {
        Map<String, Integer> index = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            index.putIfAbsent(names.get(i), i);
        }
        return Map.copyOf(index);
    }

    private static String text(@Nullable JsonNode cell) {
        return cell == null ? "" : cell.textValue();
    }

    private static String quoted(String text) {
        return "'" + (text.length() <= MAX_QUOTED_CHARS ? text : text.substring(0, MAX_QUOTED_CHARS) + "…") + "'";
    }

    /** A row's cells by the names of their columns. */
    private final class Cells implements Values {
        private final String[] row;
        private final Map<String, Integer> known;

        Cells(String[] row, Map<String, Integer> known) {
            this.row = row;
            this.known = known;
        }

        @Override
        public @Nullable JsonNode get(String name) {
            Integer at = known.get(name);
            String cell = at == null ? "" : row[at];
            return mapping.empty().contains(cell) ? null : TextNode.valueOf(cell);
        }

        /** A point where a comma is the rule may stand between thousands: it is refused rather than guessed at. */
        @Override
        public @Nullable JsonNode number(String name) {
            JsonNode cell = get(name);
            if (cell == null) {
                return null;
            }
            String text = cell.textValue();
            boolean sound = (mapping.decimalComma() ? NUMBER_WITH_COMMA : NUMBER)
                    .matcher(text)
                    .matches();
            return sound ? DoubleNode.valueOf(Double.parseDouble(text.replace(',', '.'))) : cell;
        }
    }
}
