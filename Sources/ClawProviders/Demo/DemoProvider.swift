package import ClawCore
import ClawSupport

/// The model that is there before any key is: a script, and it says so. It lets a new installation be tried end to end,
/// tools included, without an account and without a network.
package struct DemoProvider: ModelProvider {
    package static let providerID = "demo"
    package static let reference = ModelReference(provider: providerID, model: "scripted")

    package var id: String { Self.providerID }
    package var api: String { "demo" }

    package let models = [
        ModelDescription(
            reference: reference, name: "Scripted demo (not an AI)", contextWindow: 200_000, maxOutputTokens: 4096)
    ]

    package init() {}

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let reply = DemoScript(request).reply
        for piece in reply.pieces { try await emit([.text(piece)]) }
        var last: [ModelEvent] = reply.toolCall.map { [.toolCall($0)] } ?? []
        last.append(.usage(Self.usage(request, reply)))
        last.append(.finished(reply.toolCall == nil ? .stop : .toolUse))
        try await emit(last)
    }

    /// Four characters count as one token, so that limits and displays have something to show.
    private static func usage(_ request: ModelRequest, _ reply: DemoScript.Reply) -> TokenUsage {
        var characters = request.system.utf8.count
        for message in request.messages {
            let content =
                switch message {
                case .user(let message): message.content
                case .assistant(let message): message.content
                case .toolResult(let message): message.content
                }
            for block in content { characters += block.plainText?.utf8.count ?? 0 }
        }
        return TokenUsage(input: characters / 4, output: reply.text.utf8.count / 4)
    }
}
