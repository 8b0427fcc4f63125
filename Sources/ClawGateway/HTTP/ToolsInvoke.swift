package import ClawAgent
package import ClawCore
package import ClawProtocol
package import ClawSupport
package import HTTPTypes
package import Hummingbird

/// `POST /tools/invoke`: one tool, without a model, through the same dispatcher as every turn (gateway-http §5).
package struct ToolsInvoke: HTTPEndpoint {
    package static let path = "/tools/invoke"
    package static let method = HTTPRequest.Method.post
    package static let access = MethodAccess.write
    package let bodyLimit = 2 << 20

    /// What HTTP callers get only when the configuration says so (attacks S39).
    package static let deniedByDefault = ["sessions_spawn", "sessions_send", "cron", "gateway", "whatsapp_login"]

    /// Tools that the configuration adds to the denied ones, and takes from them.
    package struct Lists: Sendable, Hashable {
        package var deny: [String]
        package var allow: [String]

        package init(deny: [String] = [], allow: [String] = []) {
            self.deny = deny
            self.allow = allow
        }

        func denies(_ name: String) -> Bool {
            let name = ToolPolicy.canonical(name)
            if deny.contains(where: { ToolPolicy.canonical($0) == name }) { return true }
            return ToolsInvoke.deniedByDefault.contains(name)
                && !allow.contains { ToolPolicy.canonical($0) == name }
        }
    }

    private let dispatcher: ToolDispatcher
    private let chat: ClientChat
    private let settings: @Sendable (AgentID) -> AgentSettings?
    private let lists: @Sendable () -> Lists
    private let entropy: any Entropy

    package init(
        dispatcher: ToolDispatcher, chat: ClientChat, settings: @escaping @Sendable (AgentID) -> AgentSettings?,
        lists: @escaping @Sendable () -> Lists, entropy: any Entropy
    ) {
        self.dispatcher = dispatcher
        self.chat = chat
        self.settings = settings
        self.lists = lists
        self.entropy = entropy
    }

    package func respond(to call: HTTPCall) async throws -> Response {
        let object = try call.object()
        let name = object["tool"]?.stringValue?.trimmingWhitespace ?? ""
        if name.isEmpty { throw HTTPProblem(400, "tools.invoke requires body.tool") }
        let session = try chat.knownSession(object["sessionKey"]?.stringValue ?? "", method: "tools.invoke")
        let agent = chat.agent(of: session)
        let isOwner = call.caller.has(.admin)
        guard let settings = settings(agent), !lists().denies(name),
            let definition = dispatcher.definitions(policy: settings.tools, senderIsOwner: isOwner)
                .first(where: { $0.name == ToolPolicy.canonical(name) })
        else { return Self.failure(404, "not_found", "Tool not available: \(name)") }
        var arguments: JSONObject = [:]
        if let given = object["args"], given != .null {
            guard let given = given.objectValue else { throw HTTPProblem(400, "body.args must be an object") }
            arguments = given
        }
        if let action = object["action"], arguments["action"] == nil,
            definition.parameters["properties"]?["action"] != nil
        {
            arguments["action"] = action
        }
        let id = "http_\(entropy.uuid())"
        let result = await dispatcher.dispatch(
            definition.name,
            ToolInvocation(
                callID: id, arguments: arguments, agent: agent, session: session, run: RunID(id),
                workspace: settings.workspace, senderIsOwner: isOwner),
            policy: settings.tools, timeout: settings.toolTimeout, limit: 400_000)
        if result.isError {
            let text = result.content.compactMap(\.plainText).joined(separator: "\n")
            return Self.failure(400, "tool_error", text)
        }
        return .json(200, ["ok": true, "result": ToolResultView.json(result)])
    }

    private static func failure(_ status: Int, _ type: String, _ message: String) -> Response {
        .json(status, ["ok": false, "error": ["type": .string(type), "message": .string(message)]])
    }
}
