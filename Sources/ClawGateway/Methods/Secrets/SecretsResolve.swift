package import ClawConfig
import ClawCore
package import ClawProtocol
package import ClawSupport
import Logging

/// `secrets.resolve`: what references of the configuration lead to, for commands of an administrator that need the secret
/// themselves (gateway-methods §6).
package struct SecretsResolve: GatewayMethod {
    package static let name = "secrets.resolve"
    package static let access = MethodAccess.admin

    private static let maxTargets = 256
    private let targets: SecretTargets
    private let channels: Set<String>
    private let snapshot: @Sendable () -> ConfigSnapshot
    private let logger = Logger(label: "openclaw.secrets")

    /// - Parameters:
    ///   - channels: the channels of this program.
    ///   - snapshot: the configuration that is in effect, with its secrets.
    package init(
        targets: SecretTargets, channels: Set<String>, snapshot: @escaping @Sendable () -> ConfigSnapshot
    ) {
        self.targets = targets
        self.channels = channels
        self.snapshot = snapshot
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let (command, ids) = try read(params)
        let answer = targets.answer(ids, in: snapshot(), channels: channels)
        if let path = answer.missing.first {
            throw WireError(.unavailable, "\(command): \(path) is unresolved in the active runtime snapshot.")
        }
        // A secret that leaves the process is an event; which one, and never what it is.
        let paths = answer.found.map(\.path.description).joined(separator: " ")
        logger.notice("secrets given to a client", metadata: ["command": "\(command)", "paths": "\(paths)"])
        return [
            "ok": true,
            "assignments": .array(
                answer.found.map { place in
                    [
                        "path": .string(place.path.description), "pathSegments": .strings(place.path.names),
                        "value": .string(place.secret.reveal()),
                    ]
                }),
            "diagnostics": .strings(
                answer.unused.map {
                    "\($0): the reference stands where nothing uses it, so it was passed over "
                        + "(SECRETS_REF_IGNORED_INACTIVE_SURFACE)."
                }),
            "inactiveRefPaths": .strings(answer.unused.map(\.description)),
        ]
    }

    /// The wire's own texts for what clients get wrong.
    private func read(_ params: JSONValue) throws -> (command: String, ids: Set<String>) {
        func refused(_ what: String) -> WireError {
            WireError(.invalidRequest, "invalid \(Self.name) params: \(what)")
        }
        let command = params["commandName"]?.stringValue?.trimmingWhitespace ?? ""
        let listed = params["targetIds"]?.arrayValue
        var reader = ParamReader(params)
        _ = (reader.value("commandName"), reader.value("targetIds"))
        try reader.finish(Self.name)
        if command.isEmpty { throw refused("commandName") }
        guard let listed, listed.count <= Self.maxTargets else { throw refused("targetIds") }
        var ids: Set<String> = []
        for element in listed {
            guard let id = element.stringValue?.trimmingWhitespace, !id.isEmpty else { throw refused("targetIds") }
            guard targets.contains(id) else { throw refused("unknown target id \"\(id)\"") }
            ids.insert(id)
        }
        return (command, ids)
    }
}
