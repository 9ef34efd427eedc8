package io.qorrelate.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.evaluation.contestant.ControlCharts;
import io.qorrelate.evaluation.contestant.FixedThreshold;
import io.qorrelate.evaluation.report.JsonReport;
import io.qorrelate.evaluation.report.RunDescription;
import io.qorrelate.evaluation.scenario.Catalogue;
import io.qorrelate.evaluation.scenario.SeedSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final RunDescription RUN = new RunDescription("a test", 0, 1, 0, 0);

    private static byte[] run(int threads) throws Exception {
        List<Evaluation.CaseSource> sources = new ArrayList<>();
        for (String kind : List.of("macro_bend", "fibre_cut", "intercept_resend", "power_event")) {
            sources.add(() -> Catalogue.scenario(kind, SeedSet.DEVELOPMENT, 8));
        }
        Evaluation evaluation = new Evaluation(List.of(new ControlCharts(), new FixedThreshold()), threads);
        return JsonReport.of(RUN, evaluation.run(sources, (done, all) -> {}).scores());
    }

    @Test
    void whatComesOutDoesNotDependOnTheThreads() throws Exception {
        assertThat(run(3)).isEqualTo(run(1));
    }

    @Test
    void aKindThatCannotBePlayedIsLeftOut() throws Exception {
        Evaluation evaluation = new Evaluation(List.of(new FixedThreshold()), 1);

        Evaluation.Result result = evaluation.run(List.of(Optional::empty), (done, all) -> {});

        assertThat(result.scores().getFirst().cases()).isEmpty();
    }

    @Test
    void aCaseThatCannotBeReadEndsTheRun() {
        Evaluation evaluation = new Evaluation(List.of(new FixedThreshold()), 2);
        List<Evaluation.CaseSource> sources = List.of(() -> {
            throw new IOException("the disk is gone");
        });

        assertThatThrownBy(() -> evaluation.run(sources, (done, all) -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the disk is gone");
    }
}
