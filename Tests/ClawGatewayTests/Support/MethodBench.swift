import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit

/// A state directory with an open journal, and a way to call single methods on it.
struct MethodBench {
    let directory: TemporaryDirectory
    let state: StateDirectory
    let sessions: SessionStore
    let journal: Journal
    let time: ManualTimeSource

    /// `prepare` may write files before the journal is opened.
    init(prepare: (TemporaryDirectory) throws -> Void = { _ in }) throws {
        directory = try TemporaryDirectory("methods")
        state = StateDirectory(root: directory.path)
        try state.prepare()
        try prepare(directory)
        time = ManualTimeSource()
        journal = try Journal.open(path: state.journalPath, time: time, entropy: SequentialEntropy())
        sessions = SessionStore(journal: journal)
    }

    static let keys: @Sendable () -> SessionKeyResolver = {
        SessionKeyResolver(defaultAgent: .main, isGlobal: false, agents: [.main])
    }

    static func context(_ scopes: [Scope] = [.admin], mode: String = "ui") -> MethodContext {
        MethodContext(
            connection: ClientConnection(
                id: "c", params: .test(mode: mode), role: .operator, scopes: scopes, deviceID: nil, remote: .local,
                connectedAt: 0),
            requestID: "1")
    }

    /// Calls a method and returns its payload, or its error as it would stand on the wire.
    func answer(_ method: any GatewayMethod, _ params: JSONValue, _ scopes: [Scope] = [.admin]) async -> JSONValue {
        let frame = RequestFrame(id: "1", method: type(of: method).name, params: params)
        let response = await MethodTable(methods: [method]).respond(to: frame, context: Self.context(scopes))
        guard let json = response?.json else { return "cancelled" }
        return json["payload"] ?? ["error": json["error"] ?? .null]
    }

    /// A line for each call: what was asked and what was answered, the directory's own path left out.
    func transcript(_ method: any GatewayMethod, _ calls: [JSONValue]) async -> String {
        var text = ""
        for params in calls {
            let answer = await answer(method, params).text.replacing(directory.path, with: "<state>")
            text += "\(type(of: method).name) \(params.text)\n  \(answer)\n"
        }
        return text
    }
}
