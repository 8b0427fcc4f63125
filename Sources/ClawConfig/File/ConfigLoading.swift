import ClawSupport

/// One reading of a configuration file: text, included files, `env` block, variables, `~`, schema.
struct ConfigLoading {
    let file: ConfigFile
    let path: String

    init(file: ConfigFile, path: String? = nil) {
        self.file = file
        self.path = path ?? file.location.configPath
    }

    func snapshot() -> ConfigSnapshot {
        do throws(FileError) {
            guard let bytes = try AtomicFile.read(path, limit: ConfigFile.maximumBytes) else {
                return snapshot(of: nil, [])
            }
            return snapshot(of: bytes)
        } catch {
            let issue = ConfigIssue(
                path: "", message: error.description, file: path,
                fix: "Make it a file that this user can read, of at most 16 MiB.")
            return failed(nil, [], [issue])
        }
    }

    /// What the file would be with this content.
    func snapshot(of bytes: [UInt8]) -> ConfigSnapshot {
        do throws(ConfigIssue) {
            return snapshot(of: try IncludeReader.read(bytes, path: path), bytes)
        } catch {
            return failed(bytes, bytes, [error])
        }
    }

    private func failed(_ raw: [UInt8]?, _ bytes: [UInt8], _ issues: [ConfigIssue]) -> ConfigSnapshot {
        ConfigSnapshot(
            path: path, exists: true, raw: raw.flatMap { String(validating: $0, as: UTF8.self) },
            hash: sha256Hex(bytes),
            parsed: [:], value: [:], configuration: .defaults, issues: issues, warnings: [], unread: [], safeMode: nil,
            environment: file.environment.variables, files: [path], taken: .none)
    }

    /// Resolves and checks a document whose included files are read; nil is a missing file.
    func snapshot(of document: ConfigDocument?, _ bytes: [UInt8]) -> ConfigSnapshot {
        let parsed = document?.merged ?? [:]
        var environment = file.environment
        environment.add(block: parsed["env"]?.objectValue ?? [:])
        var missing: [EnvironmentReferences.Missing] = []
        let substituted = EnvironmentReferences.resolve(parsed, environment, missing: &missing)
        let value = TildePaths.expand(substituted, home: file.location.homeDirectory)
        var check = ConfigCheck()
        for reference in missing where !Self.isSecretReference(reference, in: parsed) {
            check.report(
                reference.path, "The environment variable \(reference.name) that it names is not set.", fatal: true,
                fix: "Set \(reference.name), for example in \(file.location.stateDirectory)/.env, or write "
                    + "$${\(reference.name)} for the text itself.")
        }
        let configuration = Configuration(check.check(value), environment.variables)
        CrossCheck.run(value, configuration, environment.variables, into: &check)
        func placed(_ isFatal: Bool) -> [ConfigIssue] {
            check.findings.filter { $0.isFatal == isFatal }.map { finding in
                document?.placing(finding.issue, at: finding.path) ?? finding.issue
            }
        }
        return ConfigSnapshot(
            path: path, exists: document != nil,
            raw: document == nil ? nil : String(validating: bytes, as: UTF8.self), hash: sha256Hex(bytes),
            parsed: parsed,
            value: value, configuration: configuration, issues: placed(true), warnings: placed(false),
            unread: check.unread.map(\.description), safeMode: nil, environment: environment.variables,
            files: document?.paths ?? [path], taken: .none)
    }

    /// Whether a secret key holds nothing but the reference: then it is read when the secret is needed, and a provider
    /// without its key does not stop the others.
    private static func isSecretReference(_ reference: EnvironmentReferences.Missing, in parsed: JSONValue) -> Bool {
        var node = ConfigSchema.shared.root
        var value = parsed
        for component in reference.path.components {
            switch component {
            case .key(let key):
                guard let next = node.named(key) ?? node.anyMember.first, let member = value[key] else { return false }
                node = next
                value = member
            case .index(let index):
                guard let next = node.anyElement.first, let elements = value.arrayValue, index < elements.count else {
                    return false
                }
                node = next
                value = elements[index]
            }
        }
        return node.key?.kind == .secret && value.stringValue.flatMap(EnvironmentReferences.wholeName) == reference.name
    }
}
