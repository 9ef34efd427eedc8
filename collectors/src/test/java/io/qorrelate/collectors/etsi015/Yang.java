package io.qorrelate.collectors.etsi015;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The standard's modules, and libyang's tool to judge data by them. */
final class Yang {
    private static final Path YANGLINT = Path.of("/usr/bin/yanglint");

    private Yang() {}

    /**
     * Writes the modules, as libyang can use them: they compare identities without a prefix in their conditions, by which no
     * performance of a physical link would ever be valid.
     *
     * @param mandatory whether the node's id stays mandatory, which some servers do not take at the top of a module
     */
    static Path modules(Path folder, boolean mandatory) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("etsi-qkd-node-types.yang"), Nodes.resource("yang/etsi-qkd-node-types.yang"));
        String node = Nodes.resource("yang/etsi-qkd-sdn-node.yang")
                .replace("qkdl_type = 'VIRT'", "qkdl_type = 'etsi-qkdn-types:VIRT'")
                .replace("qkdl_type = 'PHYS'", "qkdl_type = 'etsi-qkdn-types:PHYS'");
        Files.writeString(
                folder.resolve("etsi-qkd-sdn-node.yang"), mandatory ? node : node.replace("mandatory true;", ""));
        return folder;
    }

    /** The data in XML, if it is valid; skips the test where there is no yanglint. */
    static String validated(Path folder, String type, String json) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(YANGLINT), "yanglint (libyang2-tools) is not installed");
        Path modules = modules(folder.resolve("yang"), true);
        Path data = Files.writeString(folder.resolve("data.json"), json);
        List<String> line = new ArrayList<>(List.of(YANGLINT.toString(), "-i", "-t", type, "-f", "xml"));
        line.addAll(List.of(
                "-p", modules.toString(), "-o", folder.resolve("data.xml").toString()));
        line.add(modules.resolve("etsi-qkd-node-types.yang").toString());
        line.add(modules.resolve("etsi-qkd-sdn-node.yang").toString());
        line.add(data.toString());
        Path log = folder.resolve("yanglint.log");
        int exit = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new AssertionError(json + " is not valid: " + Files.readString(log));
        }
        return Files.readString(folder.resolve("data.xml"));
    }
}
