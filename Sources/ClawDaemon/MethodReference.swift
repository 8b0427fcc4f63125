import ClawCore
import ClawGateway
package import ClawProtocol
import ClawProviders
import ClawSupport
import FoundationEssentials

/// The methods and HTTP routes of a Gateway and who may call them, taken from the very tables that a Gateway answers by.
package struct MethodReference: Sendable {
    package struct Row: Sendable, Hashable {
        package let name: String
        package let access: MethodAccess
        /// Whether the greeting names it.
        package let isAdvertised: Bool

        package init(name: String, access: MethodAccess, isAdvertised: Bool) {
            self.name = name
            self.access = access
            self.isAdvertised = isAdvertised
        }
    }

    /// A route of the HTTP interface, whether or not it is turned on.
    package struct Route: Sendable, Hashable {
        package let path: String
        /// As HTTP calls it: `GET`, `POST`.
        package let method: String
        package let access: MethodAccess
    }

    /// Sorted by name.
    package let rows: [Row]
    /// In the order in which requests are matched.
    package let routes: [Route]

    /// Makes the parts of a Gateway in an empty directory, runs nothing, and looks at its table.
    package init() async throws {
        let folder =
            "\(FileManager.default.temporaryDirectory.path)/openclaw-methods-\(SystemEntropy().token(bytes: 9))"
        // What cannot be removed costs only space among temporary files.
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.makeDirectory(folder)
        var options = DaemonOptions(
            stateDirectory: folder, configPath: "\(folder)/openclaw.json", environment: ["HOME": folder])
        options.allowsUnconfigured = true
        let environment = DaemonEnvironment()
        let boot = try await Boot(options, time: environment.time, entropy: environment.entropy)
        let parts = try Composition(
            boot, options, environment, restarts: RestartController(time: environment.time))
        rows = parts.wire.methods.rows.map { Row(name: $0.name, access: $0.access, isAdvertised: $0.advertised) }
        routes = parts.wire.routes.rows.map { Route(path: $0.path, method: $0.method, access: $0.access) }
        try await parts.transport.shutdown()
    }

    /// `docs/methods.md`.
    package var markdown: String {
        var text = """
            # Methods of the Gateway

            Written by `make docs`; do not edit. Requests and answers are those of OpenClaw's protocol 3.

            A client needs the scope in the second column. `operator.admin` may call everything that operators may, and
            `operator.write` may also read. *Offered* methods stand in the greeting of a connection.

            | Method | Needs | Offered |
            |---|---|---|

            """
        for row in rows { text += "| `\(row.name)` | \(row.access.need) | \(row.isAdvertised ? "yes" : "no") |\n" }
        return text
    }
}

extension MethodAccess {
    /// What a caller must have, in words.
    fileprivate var need: String {
        switch self {
        case .anyone: "nothing"
        case .node: "the role `node`"
        case .read, .write, .admin, .approvals, .pairing: "`\(scope?.rawValue ?? "")`"
        }
    }
}
