package io.qorrelate.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the command line did: as its process would have done it, but in this one. */
record Run(int exit, String out, String err) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Run of(String... arguments) {
        return with(Map.of(), "", arguments);
    }

    static Run with(Map<String, String> environment, String in, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Run run = into(out, environment, in, arguments);
        return new Run(run.exit(), out.toString(StandardCharsets.UTF_8), run.err());
    }

    /** With a standard output of the caller's own. */
    static Run into(OutputStream out, Map<String, String> environment, String in, String... arguments) {
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        InputStream realIn = System.in;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            System.setIn(new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)));
            int exit = Main.commandLine(environment).execute(arguments);
            System.out.flush();
            return new Run(exit, "", err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
            System.setIn(realIn);
        }
    }

    /** Standard output as NDJSON. */
    List<JsonNode> json() {
        return out.lines().map(Run::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + line, e);
        }
    }
}
