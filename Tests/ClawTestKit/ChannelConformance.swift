package import ClawCore
package import Testing

/// What the conformance suite needs to know of a channel and of the person at its other end.
package protocol ChannelScenario {
    /// Not running yet.
    var channel: any Channel { get }
    /// The chat with the person, as the channel names it.
    var person: Peer { get }
    /// A chat to which the platform delivers nothing.
    var unreachable: Peer { get }

    /// The person writes to the bot.
    func personSays(_ text: String) async throws
    /// The next text that reaches the person.
    func personHears() async throws -> String
}

/// What holds for every channel, whatever its platform is. Each channel's tests run it over a real or scripted platform.
package enum ChannelConformance {
    package static func check(
        _ scenario: some ChannelScenario, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let channel = scenario.channel
        let sink = InMemoryInboundSink()
        #expect(!channel.status.running && !channel.status.connected, sourceLocation: sourceLocation)
        let early = await failure(of: outbound("too early", scenario), channel)
        #expect(isRetryable(early), "a channel that is not connected has sent nothing", sourceLocation: sourceLocation)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await channel.run(sink: sink) }
            defer { group.cancelAll() }
            try await eventually("the channel to connect") { channel.status.connected }
            #expect(channel.status.running && channel.status.lastStartAt != nil, sourceLocation: sourceLocation)
            try await checkInbound(scenario, sink, sourceLocation)
            try await checkOutbound(scenario, sourceLocation)
        }
        #expect(!channel.status.running && !channel.status.connected, sourceLocation: sourceLocation)
        #expect(channel.status.lastStopAt != nil, sourceLocation: sourceLocation)
    }

    private static func checkInbound(
        _ scenario: some ChannelScenario, _ sink: InMemoryInboundSink, _ sourceLocation: SourceLocation
    ) async throws {
        try await scenario.personSays("first")
        try await scenario.personSays("second")
        let first = try await sink.message(0)
        let second = try await sink.message(1)
        #expect([first.text, second.text] == ["first", "second"], sourceLocation: sourceLocation)
        #expect(sink.all.count == 2, "each message arrives once", sourceLocation: sourceLocation)
        for message in [first, second] {
            #expect(message.kind == .message, sourceLocation: sourceLocation)
            #expect(message.channel == scenario.channel.id, sourceLocation: sourceLocation)
            #expect(message.account == scenario.channel.account, sourceLocation: sourceLocation)
            #expect(message.peer.id == scenario.person.id, sourceLocation: sourceLocation)
            #expect(!message.sender.principal.isEmpty && message.timestamp > 0, sourceLocation: sourceLocation)
        }
        #expect(first.messageID == nil || first.messageID != second.messageID, sourceLocation: sourceLocation)
        #expect(scenario.channel.status.lastInboundAt != nil, sourceLocation: sourceLocation)
    }

    private static func checkOutbound(
        _ scenario: some ChannelScenario, _ sourceLocation: SourceLocation
    ) async throws {
        let channel = scenario.channel
        _ = try await channel.send(outbound("an answer", scenario))
        #expect(try await scenario.personHears() == "an answer", sourceLocation: sourceLocation)
        #expect(channel.status.lastOutboundAt != nil, sourceLocation: sourceLocation)
        var stray = outbound("lost", scenario)
        stray.peer = scenario.unreachable
        #expect(isPermanent(await failure(of: stray, channel)), sourceLocation: sourceLocation)
        let unsupported: [(Bool, OutboundMessage.Kind)] = [
            (channel.capabilities.edit, .edit), (channel.capabilities.reactions, .reaction),
        ]
        for (isSupported, kind) in unsupported where !isSupported {
            var message = outbound("x", scenario)
            message.kind = kind
            #expect(isPermanent(await failure(of: message, channel)), "\(kind)", sourceLocation: sourceLocation)
        }
        // After all refusals the channel still works, and nothing of them reached the person.
        _ = try await channel.send(outbound("another answer", scenario))
        #expect(try await scenario.personHears() == "another answer", sourceLocation: sourceLocation)
    }

    private static func outbound(_ text: String, _ scenario: some ChannelScenario) -> OutboundMessage {
        OutboundMessage(
            agent: .main, channel: scenario.channel.id,
            account: scenario.channel.account, peer: scenario.person, text: text)
    }

    private static func failure(of message: OutboundMessage, _ channel: any Channel) async -> DeliveryError? {
        do {
            _ = try await channel.send(message)
            return nil
        } catch {
            return error as? DeliveryError
        }
    }

    private static func isRetryable(_ error: DeliveryError?) -> Bool {
        if case .retryable? = error { true } else { false }
    }

    private static func isPermanent(_ error: DeliveryError?) -> Bool {
        if case .permanent? = error { true } else { false }
    }
}
