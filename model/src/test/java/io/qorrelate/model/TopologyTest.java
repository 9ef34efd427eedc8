package io.qorrelate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qorrelate.model.yaml.InvalidYaml;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
    static final String DUTCH = """
            nodes:
              - {id: ams-1, site: Amsterdam, position: [52.37, 4.9]}
              - {id: del-1, site: Delft, position: {lat: 52.01, lon: 4.36}}
              - {id: rtm-1, position: Coolsingel 40}
            links:
              - id: ams-1~del-1
                from: ams-1
                to: del-1
                protocol: decoy_bb84
                vendor: acme
                length_km: 62.5
                nominal: {qber: 0.021, loss_db: 12.5, secret_key_rate_bps: 4.2e3}
                fallback: pqc
              - {id: del-1~rtm-1, from: del-1, to: rtm-1, qber: 0.03, loss_db: 4, fallback: ams-1~del-1}
              - {id: lab}
            shared_risk:
              - {id: duct-7, what: duct, members: [ams-1~del-1, del-1~rtm-1]}
              - {id: power-delft, what: site_power, members: [del-1, del-1~rtm-1]}
            consumers:
              - {sae: sae-bank-a, owner: Bank A, criticality: high}
              - {id: sae-hospital}
            contacts: {noc: "+31 20 555 0100"}
            """;

    private static Topology dutch() {
        return Topology.parse(DUTCH, "dutch.yml");
    }

    private static void assertRefused(String yaml, String message) {
        assertThatExceptionOfType(InvalidYaml.class)
                .isThrownBy(() -> Topology.parse(yaml, "net.yml"))
                .withMessage(message);
    }

    @Test
    void nodesLinksRisksAndConsumersStandInTheFilesOrder() {
        assertThat(dutch().nodes()).containsOnlyKeys("ams-1", "del-1", "rtm-1");
        assertThat(dutch().nodes().keySet()).containsExactly("ams-1", "del-1", "rtm-1");
        assertThat(dutch().links().keySet()).containsExactly("ams-1~del-1", "del-1~rtm-1", "lab");
        assertThat(dutch().sharedRisks()).extracting(Topology.SharedRisk::id).containsExactly("duct-7", "power-delft");
        assertThat(dutch().consumers())
                .containsExactly(
                        new Topology.Consumer("sae-bank-a", "Bank A", "high"),
                        new Topology.Consumer("sae-hospital", null, null));
    }

    @Test
    void aPositionIsKeptAsWrittenWhateverItsForm() {
        assertThat(dutch().nodes().values())
                .extracting(Topology.Node::position)
                .containsExactly("52.37, 4.9", "lat 52.01, lon 4.36", "Coolsingel 40");
    }

    @Test
    void nominalFiguresStandUnderNominalOrInTheLinkItself() {
        assertThat(dutch().link("ams-1~del-1"))
                .hasValue(new Topology.Link(
                        "ams-1~del-1",
                        "ams-1",
                        "del-1",
                        "decoy_bb84",
                        "acme",
                        OptionalDouble.of(62.5),
                        OptionalDouble.of(0.021),
                        OptionalDouble.of(12.5),
                        OptionalDouble.of(4200),
                        "pqc"));
        assertThat(dutch().link("del-1~rtm-1")).hasValueSatisfying(link -> {
            assertThat(link.qber()).hasValue(0.03);
            assertThat(link.lossDb()).hasValue(4);
            assertThat(link.secretKeyRateBps()).isEmpty();
            assertThat(link.fallback()).isEqualTo("ams-1~del-1");
        });
    }

    @Test
    void aLinkNeedsNothingButItsId() {
        assertThat(dutch().link("lab")).hasValueSatisfying(link -> {
            assertThat(link.from()).isNull();
            assertThat(link.lengthKm()).isEmpty();
            assertThat(link.qber()).isEmpty();
        });
        assertThat(dutch().link("unheard-of")).isEmpty();
    }

    @Test
    void theLinksOfANodeBeginOrEndThere() {
        assertThat(dutch().linksOf("del-1")).containsExactly("ams-1~del-1", "del-1~rtm-1");
        assertThat(dutch().linksOf("rtm-1")).containsExactly("del-1~rtm-1");
        assertThat(dutch().linksOf("unheard-of")).isEmpty();
    }

    @Test
    void theSharedRisksOfALinkOrNodeAreTheGroupsItIsIn() {
        assertThat(dutch().sharedRisksOf("del-1~rtm-1"))
                .extracting(Topology.SharedRisk::id)
                .containsExactly("duct-7", "power-delft");
        assertThat(dutch().sharedRisksOf("del-1"))
                .extracting(Topology.SharedRisk::what)
                .containsExactly("site_power");
        assertThat(dutch().sharedRisksOf("lab")).isEmpty();
    }

    @Test
    void withoutAFileEverythingIsLearned() {
        assertThat(Topology.empty().links()).isEmpty();
        assertThat(Topology.empty().linksOf("ams-1")).isEmpty();
        assertThat(Topology.parse("contacts: {}", "net.yml")).isEqualTo(Topology.empty());
        assertThat(Topology.parse("links: null\nnodes: ~", "net.yml")).isEqualTo(Topology.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "node 'a' stands here twice        | nodes: [{id: a}, {id: a}]                     | 18",
                "link 'a~b' stands here twice      | links: [{id: a~b}, {id: a~b}]                 | 20",
                "consumer 's' stands here twice    | consumers: [{sae: s}, {id: s}]                | 23",
                "'id' is missing                   | nodes: [{site: Delft}]                        | 9",
                "'id' is missing                   | links: [{id: null}]                           | 9",
                "'id' is missing                   | consumers: [{owner: Bank A}]                  | 13",
                "expected a list, found a mapping  | nodes: {id: a}                                | 8",
                "expected a list, found 'a'        | links: a                                      | 8",
                "expected a mapping of fields, found 'a' | links: [a]                              | 9",
                "expected a single value, found a list   | nodes: [{id: [a]}]                      | 14",
                "expected a number, found 'long'   | links: [{id: a, length_km: long}]             | 28",
                "expected a number, found '10d'    | links: [{id: a, length_km: 10d}]              | 28",
                "length_km must be at least 0, was -1.0  | links: [{id: a, length_km: -1}]         | 28",
                "qber must be 0..1, was 2.1        | links: [{id: a, qber: 2.1}]                   | 23",
                "qber must be 0..1, was 2.1        | links: [{id: a, nominal: {qber: 2.1}}]        | 33",
                "'members' is missing              | shared_risk: [{id: d, what: duct}]            | 15",
            })
    void anErrorNamesTheFileTheLineAndTheColumn(String message, String yaml, int column) {
        assertRefused(yaml, "net.yml:1:" + column + ": " + message);
    }

    @Test
    void anUnknownMemberIsRefusedWithTheOneThatWasPerhapsMeant() {
        assertRefused("""
                links:
                  - id: ams-1~del-1
                shared_risk:
                  - id: duct-7
                    what: duct
                    members: [ams-1~dell-1]
                """, "net.yml:6:15: 'ams-1~dell-1' is no node or link of this file; did you mean 'ams-1~del-1'?");
        assertRefused(
                "shared_risk: [{id: d, what: duct, members: [x]}]",
                "net.yml:1:45: 'x' is no node or link of this file");
    }

    @Test
    void aSharedRiskStandsThereOnceAsIncidentsTravelUnderItsId() {
        assertRefused("""
                nodes: [{id: a}]
                shared_risk:
                  - {id: d, what: duct, members: [a]}
                  - {id: d, what: cable, members: [a]}
                """, "net.yml:4:5: shared risk 'd' stands here twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing yet\n"})
    void anEmptyFileIsAMistake(String yaml) {
        assertRefused(yaml, "net.yml:1:1: the file is empty");
    }
}
