import ArgumentParser

/// The reference page of the command line, made from the commands themselves.
package enum CommandReference {
    /// The help of one command.
    package struct Page: Sendable, Hashable {
        /// Its words: `openclaw config get`.
        package let path: String
        /// At 80 columns.
        package let text: String
    }

    /// Every command that help shows, in the order of help.
    package static func pages() -> [Page] {
        var pages: [Page] = []
        collect(OpenClaw.self, path: "openclaw", into: &pages)
        return pages
    }

    private static func collect(_ command: any ParsableCommand.Type, path: String, into pages: inout [Page]) {
        pages.append(Page(path: path, text: trimmed(OpenClaw.helpMessage(for: command, columns: 80))))
        for subcommand in command.configuration.subcommands where subcommand.configuration.shouldDisplay {
            let name: String = subcommand._commandName
            collect(subcommand, path: "\(path) \(name)", into: &pages)
        }
    }

    /// Without spaces at the ends of lines, which editors remove.
    private static func trimmed(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return String(line)
        }.joined(separator: "\n")
    }

    /// `docs/cli.md`.
    package static func markdown() -> String {
        var page = """
            # The command line

            This page is made from the commands by `make docs`; a test compares it with them.

            \(exitCodes)
            \(environment)
            """
        for help in pages() {
            page += "\n## `\(help.path)`\n\n```text\n\(help.text)\n```\n"
        }
        return page
    }

    private static let exitCodes = """
        ## Exit codes and errors

        | Code | Meaning |
        |---|---|
        \(ExitStatus.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }.joined(separator: "\n"))

        With `--json` an error is one line of JSON on standard error, as
        `{"ok":false,"error":{"code":"unavailable","message":"…","hint":"…"}}`. Standard output then holds nothing, or what could
        be found out all the same (`status`). The service commands, `config validate`, `doctor` and `gateway probe` tell in their
        own JSON on standard output what failed.

        """

    private static let environment = """
        ## Environment

        | Variable | Meaning |
        |---|---|
        | `OPENCLAW_GATEWAY_URL` | Address of the Gateway, as `--url`. |
        | `OPENCLAW_GATEWAY_PORT` | Port of the Gateway on this machine. |
        | `OPENCLAW_GATEWAY_TOKEN`, `OPENCLAW_GATEWAY_PASSWORD` | What this command line proves itself with. |
        | `OPENCLAW_STATE_DIR`, `OPENCLAW_CONFIG_PATH`, `OPENCLAW_HOME`, `OPENCLAW_PROFILE` | Where state and configuration are. |
        | `OPENCLAW_ALLOW_INSECURE_PRIVATE_WS` | `1` allows `ws://` to a private IP address; without it only `wss://` leaves this machine. |
        | `NO_COLOR`, `FORCE_COLOR`, `COLUMNS` | Colours and width of the output. |

        With `--url` no token or password is taken from the configuration or the environment: give it with `--token` or `--password`.

        """
}
