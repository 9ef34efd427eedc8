package io.qorrelate.benchmarks;

import io.qorrelate.diagnosis.rules.RulePack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The rules that lie in the checkout. */
final class Rules {
    private Rules() {}

    static RulePack ofThisCheckout() throws IOException {
        Path folder = Path.of(System.getProperty("qorrelate.home", "."), "rules");
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.toList()) {
                String name = folder.relativize(file).toString();
                if (name.endsWith(".yml") && !name.endsWith(".test.yml")) {
                    files.put("rules/" + name, Files.readString(file));
                }
            }
        }
        return RulePack.parse(files);
    }
}
