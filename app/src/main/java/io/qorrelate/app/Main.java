package io.qorrelate.app;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setDefaultValueProvider(new Defaults(System.getenv()));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            String message = failure.getMessage();
            err.println(message == null ? failure.toString() : message);
            return FAILED;
        });
        line.setExitCodeExceptionMapper(failure -> FAILED);
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
