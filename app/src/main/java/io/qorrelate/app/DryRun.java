package io.qorrelate.app;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What sources would give, on standard output instead of in Kafka; what is wrong goes to standard error. */
final class DryRun {
    private final InstantSource clock = InstantSource.system();
    private final EventIntake intake = new EventIntake(clock, EventIntake.DEFAULT_ALLOWED_SKEW);
    private final PrintStream out;
    private final PrintStream err;
    private int events;
    private int rejected;
    private int troubles;

    DryRun(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Asks every target once, or reads what one of them would have said.
     *
     * @param only id of the source; null for all
     * @param payload file with what it says, {@code -} for standard input; null to ask the target itself
     * @return the exit code
     */
    int of(Path file, @Nullable String only, @Nullable Path payload) throws IOException, InterruptedException {
        List<SourceFile.Entry> all = SourceFile.read(file, SourceTypes.all()).entries();
        List<SourceFile.Entry> chosen = all.stream()
                .filter(entry -> only == null || entry.id().equals(only))
                .toList();
        List<String> ids = all.stream().map(SourceFile.Entry::id).toList();
        if (only != null && chosen.isEmpty()) {
            err.println("there is no source '" + only + "' in " + file + YamlValue.suggestion(only, ids));
            return Main.USAGE;
        }
        if (payload != null && chosen.size() != 1) {
            err.println("a payload belongs to one source: name it with --only, one of " + String.join(", ", ids));
            return Main.USAGE;
        }
        for (SourceFile.Entry entry : chosen) {
            if (payload == null) {
                ask(entry.configured());
            } else {
                byte[] bytes = payload.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(payload);
                tell(entry.id(), entry.configured().read(bytes, intake, clock.instant()));
            }
        }
        err.println(events + " events, " + rejected + " rejected, " + troubles + " sources in trouble");
        return rejected + troubles == 0 ? Main.OK : Main.FAILED;
    }

    private void ask(ConfiguredSource source) throws InterruptedException {
        String id = source.source().id();
        try {
            Poll poll = source.ask(intake, clock);
            tell(id, poll.intakes());
            Poll.Trouble trouble = poll.trouble();
            if (trouble != null) {
                trouble(id, trouble.detail());
            }
        } catch (IOException e) {
            trouble(id, Failures.inWords(e));
        }
    }

    private void trouble(String id, String detail) {
        troubles++;
        err.println("source " + id + ": " + detail);
    }

    private void tell(String id, List<Intake> intakes) {
        for (Intake each : intakes) {
            switch (each) {
                case Intake.Accepted accepted -> {
                    events++;
                    out.println(new String(accepted.json(), StandardCharsets.UTF_8));
                }
                case Intake.Rejected refused -> {
                    rejected++;
                    err.println(
                            "source " + id + ": rejected, " + refused.reason().wireName() + ": " + refused.detail());
                }
            }
        }
    }
}
