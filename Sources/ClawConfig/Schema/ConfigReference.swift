import ClawSupport

/// The reference page of the configuration, made from the tables that check it.
package enum ConfigReference {
    /// The whole of `docs/configuration.md`.
    package static func markdown() -> String {
        var text = introduction
        for section in ConfigKeys.sections {
            text += "\n## \(section.title)\n\n| Key | Type | Default | A change | Meaning |\n|---|---|---|---|---|\n"
            for key in section.keys { text += line(key) }
        }
        return text
    }

    private static func line(_ key: ConfigKey) -> String {
        var meaning = key.meaning
        if key.isRequired { meaning += " Required." }
        if key.isGuarded { meaning += " Guarded." }
        if isWithoutEffect(key.path) { meaning += " *Checked and kept; no effect in this version.*" }
        let cells = [
            "`\(key.path)`", key.kind.title, key.defaultValue.map { "`\($0.text)`" } ?? "", effect(of: key).rawValue,
            meaning,
        ]
        return "| " + cells.map { $0.map { $0 == "|" ? "\\|" : String($0) }.joined() }.joined(separator: " | ") + " |\n"
    }

    /// When a change of a key counts on a running Gateway, by the plan that it follows.
    static func effect(of key: ConfigKey) -> ReloadPlan.Effect {
        isWithoutEffect(key.path) ? .unread : ReloadPlan.effect(of: key.path)
    }

    /// Keys that are read and checked, and that nothing acts on yet; a page that does not say so would promise too much.
    private static let withoutEffect = [
        "agents.defaults.blockStreaming", "agents.defaults.humanDelay",
        "agents.defaults.timeFormat", "agents.list[].groupChat", "agents.list[].agentDir", "session.store",
        "tools.fs.workspaceOnly", "agents.list[].tools.fs", "logging.consoleStyle", "commands.",
        "agents.defaults.models.*.params", "agents.defaults.models.*.streaming", "models.providers.*.models[].headers",
    ]

    private static func isWithoutEffect(_ path: String) -> Bool { withoutEffect.contains { path.hasPrefix($0) } }

    private static let introduction = """
        # Configuration

        This page is generated from the tables that check the configuration; a test compares both.

        The file is `openclaw.json` in the state directory (`~/.openclaw`, or `OPENCLAW_STATE_DIR`), or the one that
        `OPENCLAW_CONFIG_PATH` names. It is JSON5: comments, trailing commas, single quotes and keys without quotes are
        allowed. Without a file, the defaults hold. `openclaw config file` prints the path, `openclaw config validate` checks
        the file, `openclaw config set <path> <value>` and `openclaw config unset <path>` change one key and leave every other
        byte, comments included, as it is. Each change keeps the text before it: `.bak` is the newest, `.bak.1` to `.bak.9`
        are older.

        **Paths** are keys with dots between, and positions in brackets: `agents.list[0].name`. A key with a dot stands in
        quotes: `agents.defaults.models["openai/gpt-5.2"].alias`. In the tables `*` is any key and `[]` any position.

        **Wrong values.** A key that is not known is kept and gives a warning. A wrong value gives a warning, and the default
        holds, unless the key is *guarded*: there a wrong value could open the system, and the file is not used. A file that
        is not used, or cannot be read, does not stop a Gateway that ran before: it starts from the last good copy,
        `openclaw.json.last-good` in the state directory, in a safe mode that says so. Keys of OpenClaw 2026.3 that this
        program does not read yet are kept without a warning.

        **A change** of the file counts on a running Gateway when the column says: *at once*, or for the *next message*, *turn*,
        *request*, *command* or *clean-up*; or it *restarts the channel* whose section it is in, or *restarts the Gateway* in
        its process. What is *unread* is kept and changes nothing. That is so with `gateway.reload.mode` `hybrid`; with `hot`
        what would restart the Gateway waits until somebody restarts it, and so does what changed beside it; with `restart`
        every change restarts it; with `off` every change waits. What waits is told in the log, by `openclaw status`, and to
        the client that made the change. See [changing the configuration](configuration-at-run-time.md).

        **Included files.** An object with the key `$include` is replaced by the content of a file (`"./name.json5"`) or of
        several (a list, merged from left to right). Objects merge, lists join, other values replace those before; keys
        beside `$include` come last. Paths start at the including file and stay in the directory of the main file, also after
        symbolic links. At most 10 levels and 2 MiB a file; files with several hard links are refused. A change is written to
        the file that owns the key.

        **Variables.** `${NAME}` in a string is the environment variable `NAME` (capitals, digits, `_`), and `$${NAME}` is the
        text `${NAME}`. A variable that is not set or empty makes the file invalid. Variables come from the process, then from
        `.env` in the working directory, then from `.env` in the state directory, then from `env` below; the first that sets
        one wins. The place of the file and of the state (`OPENCLAW_HOME`, `OPENCLAW_STATE_DIR`, `OPENCLAW_CONFIG_PATH`,
        `OPENCLAW_PROFILE`) comes from the process alone.

        **Home.** A value that starts with `~` is expanded when its key ends in `dir`, `path`, `paths`, `file`, `root` or
        `workspace`.

        **Models** are `"provider/model"`, or `{ primary: "provider/model", fallbacks: ["provider/model"] }`. **Secrets** are a
        string, `"${NAME}"`, or `{ source: "env", provider: "default", id: "NAME" }`.

        """
}
