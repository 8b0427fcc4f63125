import ClawSupport

extension ConfigKeys {
    private static let provider = "secrets.providers.*"

    static let secrets: [ConfigKey] = [
        ConfigKey(
            "\(provider).source", .choice(["env", "file", "exec"]), guarded: true, required: true,
            "Where this provider takes secrets from."),
        ConfigKey("\(provider).allowlist", .strings, guarded: true, "Only these variables. `env` only."),
        ConfigKey("\(provider).path", .string, guarded: true, "The file, absolute. `file` only."),
        ConfigKey(
            "\(provider).mode", .choice(["json", "singleValue"]), guarded: true,
            "A JSON document of secrets, or one secret. Without it: `json`. `file` only."),
        ConfigKey(
            "\(provider).maxBytes", .integer(1...20 << 20), guarded: true,
            "The largest size of the file. Without it: 1048576. `file` only."),
        ConfigKey("\(provider).command", .string, guarded: true, "The program, absolute. `exec` only."),
        ConfigKey(
            "\(provider).args", .strings, guarded: true,
            "Its arguments; no shell reads them. `exec` only."),
        ConfigKey(
            "\(provider).timeoutMs", .integer(1...120_000), guarded: true,
            "The time after which the program is ended, or the file given up. Without it: 5000. `file` and `exec` only."
        ),
        ConfigKey(
            "\(provider).maxOutputBytes", .integer(1...20 << 20), guarded: true,
            "The longest answer. Without it: 1048576. `exec` only."),
        ConfigKey(
            "\(provider).jsonOnly", .boolean, guarded: true,
            "Whether an answer that is no JSON is refused. Without it: true. `exec` only."),
        ConfigKey(
            "\(provider).env", .stringMap, guarded: true,
            "Variables of its environment, which is empty otherwise. `exec` only."),
        ConfigKey(
            "\(provider).passEnv", .strings, guarded: true, "Variables that it gets from the Gateway's. `exec` only."),
        ConfigKey(
            "\(provider).trustedDirs", .strings, guarded: true, "Folders one of which must hold it. `exec` only."),
        ConfigKey(
            "\(provider).allowInsecurePath", .boolean, guarded: true,
            "Whether a program that others could have put there is run all the same. Without it: false. `exec` only."),
        ConfigKey(
            "\(provider).allowSymlinkCommand", .boolean, guarded: true,
            "Whether the command may be a symbolic link. Without it: false. `exec` only."),
        ConfigKey("secrets.defaults.env", .string, "The provider of references of source `env` that name none."),
        ConfigKey("secrets.defaults.file", .string, "The same for `file`."),
        ConfigKey("secrets.defaults.exec", .string, "The same for `exec`."),
        ConfigKey(
            "secrets.resolution.maxProviderConcurrency", .integer(1...16), 4, "Providers that are asked at one time."),
        ConfigKey(
            "secrets.resolution.maxRefsPerProvider", .integer(1...4096), 512, "References that one provider may have."),
        ConfigKey(
            "secrets.resolution.maxBatchBytes", .integer(1...5 << 20), 262_144,
            "The longest question to a program in bytes."),
    ]
}
