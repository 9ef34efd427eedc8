package io.qorrelate.evaluation;

import io.qorrelate.evaluation.contestant.Contestant;
import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.score.CaseScore;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.evaluation.score.Verdicts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Plays cases once each, before all contestants at the same time, and scores what each of them said. */
public final class Evaluation {
    private final List<Contestant> contestants;
    private final int threads;

    /**
     * With these contestants.
     *
     * @param threads how many cases are played at once, ≥ 1; what comes out does not depend on it
     */
    public Evaluation(List<Contestant> contestants, int threads) {
        this.contestants = List.copyOf(contestants);
        this.threads = threads;
    }

    /** Makes a case when its turn has come: all of them at once would not fit into memory. */
    @FunctionalInterface
    public interface CaseSource {
        /** The case; empty where none of its kind can be made. */
        Optional<? extends Case> open() throws IOException;
    }

    /** Is told of each case that has been played. */
    @FunctionalInterface
    public interface Listener {
        /** So many of all are done. */
        void played(int done, int all);
    }

    /**
     * What came out.
     *
     * @param scores of the contestants, in their order
     * @param reports link-quality reports that were played
     * @param events events that were played
     */
    public record Result(List<Score> scores, long reports, long events) {
        public Result {
            scores = List.copyOf(scores);
        }
    }

    private record PlayedCase(List<CaseScore> scores, long reports, long events) {}

    /**
     * Plays all cases.
     *
     * @throws IOException where a case cannot be read
     */
    public Result run(List<CaseSource> sources, Listener listener) throws IOException, InterruptedException {
        List<Optional<PlayedCase>> played = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Optional<PlayedCase>>> futures = sources.stream()
                    .map(source -> pool.submit(() -> play(source)))
                    .toList();
            try {
                for (Future<Optional<PlayedCase>> future : futures) {
                    played.add(future.get());
                    listener.played(played.size(), futures.size());
                }
            } catch (ExecutionException e) {
                pool.shutdownNow();
                if (e.getCause() instanceof IOException unreadable) {
                    throw unreadable;
                }
                if (e.getCause() instanceof RuntimeException wrong) {
                    throw wrong;
                }
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                pool.shutdownNow();
                throw e;
            }
        }
        List<PlayedCase> all = played.stream().flatMap(Optional::stream).toList();
        List<Score> scores = IntStream.range(0, contestants.size())
                .mapToObj(i -> new Score(
                        contestants.get(i).name(),
                        contestants.get(i).statesProbabilities(),
                        all.stream().map(each -> each.scores().get(i)).toList()))
                .toList();
        return new Result(
                scores,
                all.stream().mapToLong(PlayedCase::reports).sum(),
                all.stream().mapToLong(PlayedCase::events).sum());
    }

    private Optional<PlayedCase> play(CaseSource source) throws IOException {
        Optional<? extends Case> opened = source.open();
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        Case one = opened.get();
        List<Contestant.Watch> watches = new ArrayList<>();
        List<Verdicts> verdicts = new ArrayList<>();
        for (Contestant contestant : contestants) {
            watches.add(contestant.watch(one.topology()));
            verdicts.add(new Verdicts());
        }
        Case.Played played = one.play(event -> {
            for (int i = 0; i < watches.size(); i++) {
                verdicts.get(i).add(watches.get(i).accept(event));
            }
        });
        List<CaseScore> scores = new ArrayList<>();
        for (int i = 0; i < watches.size(); i++) {
            verdicts.get(i).add(watches.get(i).finish());
            scores.add(CaseScore.of(one, played, verdicts.get(i).all()));
        }
        return Optional.of(new PlayedCase(scores, played.reports(), played.events()));
    }
}
