package io.qorrelate.app;

import io.qorrelate.model.yaml.InvalidYaml;
import java.io.UncheckedIOException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;

/** The command {@code qorrelate}. */
@Command(
        name = "qorrelate",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Tells attack from drift from degradation on quantum key distribution networks.",
        subcommands = {
            UpCommand.class,
            DrillCommand.class,
            ClassifyCommand.class,
            CollectCommand.class,
            ProcessCommand.class,
            SimulateCommand.class,
            EvaluateCommand.class,
            DoctorCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Every option can also be given as an environment variable (--http-port is QORRELATE_HTTP_PORT) or in the file that",
            "QORRELATE_CONFIG names (http-port: 8080). A flag wins over the environment, the environment over the file.",
            "",
            "Exit codes: 0 done, 1 something failed, 2 wrong usage."
        })
final class Main {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private Main() {}

    public static void main(String[] args) {
        int code = commandLine(System.getenv()).execute(args);
        if (!UntilStopped.isStopping()) {
            System.exit(code);
        }
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Main());
        line.setDefaultValueProvider(new Defaults(environment));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(Failures.inWords(failure));
            return FAILED;
        });
        IParameterExceptionHandler usage = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler((failure, arguments) -> {
            Throwable cause = failure.getCause();
            if (cause instanceof UncheckedIOException || cause instanceof InvalidYaml) {
                // The file of defaults: not the user's words are wrong, so their grammar need not be explained.
                failure.getCommandLine().getErr().println(cause.getMessage());
                return FAILED;
            }
            return usage.handleParseException(failure, arguments);
        });
        return line;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"qorrelate " + (version == null ? "(development)" : version)};
        }
    }
}
