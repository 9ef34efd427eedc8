package io.qorrelate.collectors.file;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Gzip;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.LimitedStream;
import io.qorrelate.collectors.PieceReader;
import io.qorrelate.collectors.csv.CsvMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file to follow.
 *
 * @param mapping of a table; empty where each line is an event of the contract
 */
record FollowedFile(Source source, Path file, Optional<CsvMapping> mapping) implements ConfiguredSource {
    /** Of a file that is only tried, so much is read. */
    private static final long TRIED_BYTES = 64L << 20;

    @Override
    public Collector open(SourceContext context) throws IOException {
        Path state = context.collectors().state();
        if (state == null) {
            throw new IOException("source " + source.id() + " needs a folder that remembers how far its file is read");
        }
        EventIntake intake = context.collectors().intake();
        FileCollectorSettings settings = FileCollectorSettings.tail(
                List.of(file), state.resolve("checkpoints").resolve(source.id()));
        return FileCollector.start(
                settings,
                context.collectors(),
                path -> new FileContent(source.id(), () -> reader(intake), context.health()));
    }

    private PieceReader reader(EventIntake intake) {
        return mapping.<PieceReader>map(table -> table.begin(source.placement(), source.id(), intake))
                .orElseGet(() -> PieceReader.ofEvents(intake));
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        PieceReader reader = reader(intake);
        List<Intake> intakes = new ArrayList<>();
        boolean packed = payload.length > 1 && payload[0] == 0x1F && payload[1] == (byte) 0x8B;
        try (InputStream bytes = new ByteArrayInputStream(payload);
                InputStream plain = packed ? Gzip.unpack(bytes) : bytes) {
            FragmentReader lines = FragmentReader.lines(new LimitedStream(plain, TRIED_BYTES));
            Fragment line = lines.next();
            while (line != null) {
                intakes.addAll(reader.read(line));
                line = lines.next();
            }
            Fragment rest = lines.rest();
            if (rest != null) {
                intakes.addAll(reader.read(rest));
            }
        } catch (IOException e) {
            intakes.add(new Intake.Rejected(
                    payload, payload.length, RejectReason.WRONG_TYPE, "cannot be read to its end: " + e.getMessage()));
        }
        return intakes;
    }

    /** All that stands in it now, up to 64 MiB. */
    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return new Poll(read(bytes.readNBytes((int) TRIED_BYTES), intake, clock.instant()), null);
        }
    }
}
