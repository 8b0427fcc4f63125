import ClawCore
import ClawStore
import ClawSupport

/// Everything a turn knows before the model is asked: a snapshot that does not change while the turn runs.
struct TurnPlan: Sendable {
    let batch: TurnBatch
    let settings: AgentSettings
    let record: SessionRecord
    let selectedModel: ModelReference
    /// What session or message asked for; nil leaves it to agent and model.
    let requestedThinking: ThinkingLevel?
    let clock: ZonedClock
    let files: [BootstrapFile]
    let systemEvents: [String]
    let host: HostFacts
    let tools: [ToolDefinition]
    /// The history with the words of this turn.
    let messages: [ModelMessage]

    /// The assembler for one model of the route.
    func assembler(for model: ModelDescription) -> ContextAssembler {
        let lead = batch.lead
        var model = model
        if let limit = lead.maximumOutputTokens { model.maxOutputTokens = min(model.maxOutputTokens, limit) }
        let thinking = thinking(for: model)
        var facts = PromptFacts(
            agent: settings.id, workspace: settings.workspace, model: model.reference,
            channel: lead.replyTarget.route?.channel ?? .webchat, tools: tools, files: files)
        facts.agentName = settings.name
        facts.isSubagent = lead.session.rest.hasPrefix("subagent:")
        facts.timeZone = clock.name
        facts.defaultModel = settings.model
        facts.thinking = thinking
        facts.host = host
        facts.extra = lead.extraSystemPrompt
        facts.systemEvents = systemEvents
        return ContextAssembler(
            facts: facts, settings: settings, model: model, thinking: thinking,
            isDirect: lead.session.chatKind == .direct, toolChoice: lead.clientTools?.binding(among: tools) ?? .auto)
    }

    /// How much a model thinks in this turn: what was asked for, else its own default.
    func thinking(for model: ModelDescription) -> ThinkingLevel {
        model.reasoning ? requestedThinking ?? settings.thinking ?? .low : .off
    }

    func userMessage(for turn: PendingTurn, text: String, images: [ContentBlock]) -> UserMessage {
        Self.userMessage(for: turn, text: text, images: images, clock: clock)
    }

    static func userMessage(
        for turn: PendingTurn, text: String, images: [ContentBlock], clock: ZonedClock, previous: Int64? = nil
    ) -> UserMessage {
        let prompt = InboundText.prompt(for: turn, text: text, clock: clock, previous: previous)
        return UserMessage(content: [.text(prompt)] + images, timestamp: turn.acceptedAt)
    }
}

extension TurnPlan {
    /// How many messages of a transcript are read for a turn. What a window can hold is far less for most models; the
    /// budget decides in the end.
    static let historyLimit = 2000

    /// Reads what the turn needs and puts the person's words into `recorder`. A turn that began before a restart finds
    /// its words recorded; its unanswered calls get a result that says so, and none of them runs again.
    static func make(
        batch: TurnBatch, settings: AgentSettings, record: SessionRecord, ports: TurnPorts,
        recorder: inout TurnRecorder
    ) async throws -> TurnPlan {
        let lead = batch.lead
        let clock = settings.timeZone.flatMap { ZonedClock($0) } ?? ZonedClock.local()
        var messages = try await ports.sessions.window(record, limit: historyLimit).messages
        let calls = lead.isRecovered ? try await ports.journal.toolCalls(run: lead.run) : []
        let outputs = batch.merged.isEmpty ? lead.callOutputs : nil
        if calls.isEmpty, let outputs,
            let results = outputs.results(in: messages, images: batch.images, now: ports.time.nowMilliseconds)
        {
            messages += results.map { .toolResult($0) }
            for result in results { recorder.add(.toolResult(result)) }
            if !outputs.text.isEmpty {
                let message = userMessage(for: lead, text: outputs.text, images: batch.images, clock: clock)
                messages.append(.user(message))
                recorder.add(.user(message))
            }
        } else if calls.isEmpty {
            let message = userMessage(
                for: lead, text: batch.text, images: batch.images, clock: clock, previous: messages.last?.timestamp)
            messages.append(.user(message))
            recorder.add(.user(message))
        } else {
            for call in calls { recorder.markUsed(call.callID) }
            let results = calls.filter { $0.finishedAt == nil }.map { call in
                ToolResultMessage(
                    toolCallID: call.callID, toolName: call.name, content: [.text(HistoryRepair.interrupted)],
                    isError: true, timestamp: ports.time.nowMilliseconds)
            }
            if !results.isEmpty { try await recorder.commitResults(results) }
            messages += results.map { .toolResult($0) }
        }
        return TurnPlan(
            batch: batch, settings: settings, record: record,
            selectedModel: selectedModel(record, settings), requestedThinking: requestedThinking(lead, record),
            clock: clock, files: BootstrapFile.read(from: settings.workspace),
            systemEvents: ports.systemEvents(lead.session), host: ports.host,
            tools: tools(lead, settings, ports),
            messages: messages)
    }

    private static func tools(_ lead: PendingTurn, _ settings: AgentSettings, _ ports: TurnPorts) -> [ToolDefinition] {
        let own = ports.tools.definitions(policy: settings.tools, senderIsOwner: lead.senderIsOwner)
        return lead.clientTools?.added(to: own) ?? own
    }

    private static func selectedModel(_ record: SessionRecord, _ settings: AgentSettings) -> ModelReference {
        guard let model = record.entry["modelOverride"]?.stringValue, !model.isEmpty else { return settings.model }
        let provider = record.entry["providerOverride"]?.stringValue ?? settings.model.provider
        return ModelReference(provider: provider, model: model)
    }

    private static func requestedThinking(_ turn: PendingTurn, _ record: SessionRecord) -> ThinkingLevel? {
        turn.thinking ?? record.entry["thinkingLevel"]?.stringValue.flatMap(ThinkingLevel.init(rawValue:))
    }
}
