import ClawClient
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Which fields of each answer each scope sees (attacks S53): the agreed list is the golden file.
@Suite(.timeLimit(.minutes(10))) struct ReadFieldTests {
    private static let configuration: JSONObject = [
        "gateway": [
            "http": ["endpoints": ["chatCompletions": ["enabled": true], "responses": ["enabled": true]]],
            // Whether the page is built is not to matter.
            "controlUi": ["enabled": false],
        ],
        "agents": [
            "defaults": ["model": "demo/scripted"],
            "list": [["id": "main", "identity": ["name": "Claw", "emoji": "🦞"]], ["id": "work"]],
        ],
        "models": [
            "providers": ["house": ["baseUrl": "http://127.0.0.1:9/v1", "models": [["id": "m", "name": "M"]]]]
        ],
        "channels": ["irc": ["enabled": false, "host": "127.0.0.1", "nick": "claw"]],
    ]

    /// Objects whose keys are data.
    private static let maps: Set<String> = [
        "channels", "channelAccounts", "channelLabels", "channelDetailLabels", "channelDefaultAccountId", "byAgent",
    ]

    /// The fields of one answer, each with what its values give away.
    private struct Fields {
        /// The path and the marks of its values.
        private(set) var paths: [String: Set<String>] = [:]
        let state: String

        mutating func add(_ value: JSONValue, _ path: String = "") {
            switch value {
            // The configuration itself, whose keys have a list of their own.
            case .object where ["config", "parsed", "resolved"].contains(path): note("\(path).**", marks(value.text))
            case .object(let object):
                if object.isEmpty, !path.isEmpty { note(path, []) }
                let isMap = maps.contains(path.split(separator: ".").last.map(String.init) ?? "")
                for (key, member) in object {
                    let name = isMap ? "*" : key
                    add(member, path.isEmpty ? name : "\(path).\(name)")
                }
            case .array(let elements):
                if elements.isEmpty { note(path + "[]", []) }
                for element in elements { add(element, path + "[]") }
            case .string(let text): note(path, marks(text))
            default: note(path, [])
            }
            // A machine without a network has none.
            for place in ["snapshot.presence[].ip", "presence[].ip", "[].ip"] { paths[place] = nil }
            // What other tests of this process do may be in the log.
            if paths["lines[]"] != nil { paths["lines[]"] = [] }
        }

        private mutating func note(_ path: String, _ marks: Set<String>) { paths[path, default: []].formUnion(marks) }

        private func marks(_ text: String) -> Set<String> {
            var marks: Set<String> = []
            if text.contains(state) { marks.insert("path") }
            if text.contains(ProductVersion.current) { marks.insert("version") }
            if text.contains("127.0.0.1:9") { marks.insert("configuration") }
            return marks
        }

        var lines: Set<String> {
            Set(paths.map { $0.value.isEmpty ? $0.key : "\($0.key) (\($0.value.sorted().joined(separator: ", ")))" })
        }
    }

    private static let attempts: [JSONValue] = [
        [:], ["sessionKey": "agent:main:main"], ["key": "agent:main:main"], ["keys": ["agent:main:main"]],
        ["agentId": "main"], ["agentId": "main", "name": "AGENTS.md"], ["runId": "k1", "timeoutMs": 0],
        ["agentId": "work"], ["text": "seen"],
    ]

    /// The fields of all answers that a method gives to these params, and its refusal when it gives none.
    private static func fields(_ method: String, _ client: GatewayClient, _ state: String) async throws -> Set<String> {
        var fields = Fields(state: state)
        var refusal = "nothing"
        for params in attempts {
            do {
                fields.add(try await client.request(method, params))
            } catch GatewayClientError.refused(let error, _) {
                let isAboutParams = error.message.hasPrefix("invalid ")
                if !isAboutParams { refusal = error.message.replacing(state, with: "PATH!") }
            }
        }
        if fields.lines.isEmpty { return ["refused: \(refusal)"] }
        // How long a run that has ended is remembered is a matter of time.
        return method == "events.since" ? fields.lines.filter { !$0.hasPrefix("sessions") } : fields.lines
    }

    @Test func s53_theFieldsThatEachScopeReadsAreTheAgreedOnes() async throws {
        let rows = try await MethodReference().rows.filter {
            [.read, .anyone].contains($0.access) && $0.name != "connect"
        }
        var report = ""
        try await InProcessGateway.run(Self.configuration) { gateway in
            let state = gateway.directory.path
            try await gateway.withClient { client in
                _ = try await client.requestExpectingFinal("agent", ["message": "Hello", "idempotencyKey": "k1"])
            }
            // The summary of now, with the session that there is since then.
            try await gateway.withClient { _ = try await $0.request("health", ["probe": true]) }
            var found: [String: [String: Set<String>]] = [:]
            for (name, scopes) in [
                ("none", []), ("read", [.read]), ("write", [.write]), ("approvals", [.approvals]),
                ("pairing", [.pairing]),
                ("admin", [.admin]),
            ] as [(String, [Scope])] {
                try await gateway.withClient(scopes: scopes) { client in
                    var hello = Fields(state: state)
                    hello.add([
                        "server": .string(client.hello.serverVersion), "snapshot": .object(client.hello.snapshot),
                    ])
                    found["(hello)", default: [:]][name] = hello.lines
                    for row in rows {
                        found[row.name, default: [:]][name] = try await Self.fields(row.name, client, state)
                    }
                }
            }
            for (method, scopes) in found.sorted(by: { $0.key < $1.key }) {
                report += Self.section(method, scopes)
            }
            report += try await Self.routes(gateway)
        }
        expectGolden(report, "read-fields.txt")
    }

    /// The fields at read, and how the other scopes differ from them.
    private static func section(_ method: String, _ scopes: [String: Set<String>]) -> String {
        let base = scopes["read"] ?? []
        var text = "\(method)\n" + base.sorted().map { "    \($0)\n" }.joined()
        for name in ["none", "write", "approvals", "pairing", "admin"] {
            guard let lines = scopes[name], lines != base else { continue }
            if lines.allSatisfy({ $0.hasPrefix("refused: ") }) {
                text += "  \(name): \(lines.sorted().joined(separator: ", "))\n"
                continue
            }
            text += "  \(name):\n"
            text += lines.subtracting(base).sorted().map { "    + \($0)\n" }.joined()
            text += base.subtracting(lines).sorted().map { "    - \($0)\n" }.joined()
        }
        return text
    }

    /// What each route answers to somebody who proves nothing, word for word.
    private static func routes(_ gateway: InProcessGateway) async throws -> String {
        var text = "(without a login)\n"
        let routes = try await MethodReference().routes.map { "\($0.method) \($0.path)" }
        for first in routes
            + [
                "GET /health", "GET /healthz", "GET /ready", "GET /readyz", "POST /health", "GET /api/x",
                "GET /openclaw.json",
                "GET /..%2fopenclaw.json", "GET /%zz",
            ]
        {
            let answer = try await PlainHTTP.ask(gateway.port, first, [])
            text += "    \(first): \(answer.status) \(answer.body.trimmingWhitespace)\n"
        }
        return text
    }

    /// A reason may hold a value of the file, which is nothing for who may only read.
    @Test func s53_whyAConfigurationIsRejectedIsForAdministrators() async throws {
        try await InProcessGateway.run(Self.configuration) { gateway in
            let broken = #"{"gateway":{"mode":"local","port":"planted-value"}}"#
            try AtomicFile.write(Array(broken.utf8), to: "\(gateway.stateDirectory)/openclaw.json")
            func reason(_ scopes: [Scope]) async throws -> String {
                try await gateway.withClient(scopes: scopes) { client in
                    while true {
                        let status = try await client.request("status", [:])
                        if let reason = status["rejectedConfiguration"]?["reason"]?.stringValue { return reason }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
            #expect(try await reason([.admin]).contains("planted-value"))
            #expect(try await reason([.read]) == "[redacted]")
        }
    }
}
