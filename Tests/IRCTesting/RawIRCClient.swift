import ClawTestKit
import NIOCore
import NIOPosix
import Synchronization

@testable import IRCChannel

/// The other side of a chat: a person's client that knows nothing of the channel under test.
package final class RawIRCClient: Sendable {
    private let channel: any NIOCore.Channel
    private let heard: Heard

    private final class Heard: Sendable {
        private struct State {
            var lines: [IRCMessage] = []
            var splitter = IRCLineSplitter()
        }

        private let state = Mutex(State())

        func take(_ bytes: [UInt8]) -> [IRCMessage] {
            state.withLock { state in
                let new = state.splitter.take(bytes).compactMap { IRCMessage(line: $0) }
                state.lines += new
                return new
            }
        }

        /// Takes out the first line that fits and those before it.
        func first(_ fits: (IRCMessage) -> Bool) -> IRCMessage? {
            state.withLock { state in
                guard let index = state.lines.firstIndex(where: fits) else { return nil }
                defer { state.lines.removeFirst(index + 1) }
                return state.lines[index]
            }
        }

        var all: [IRCMessage] { state.withLock { $0.lines } }
    }

    private final class Listener: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let heard: Heard

        init(_ heard: Heard) { self.heard = heard }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for line in heard.take(Array(unwrapInboundIn(data).readableBytesView)) where line.command == "PING" {
                context.writeAndFlush(NIOAny(ByteBuffer(string: "PONG :\(line.text)\r\n")), promise: nil)
            }
        }
    }

    private init(_ channel: any NIOCore.Channel, _ heard: Heard) {
        self.channel = channel
        self.heard = heard
    }

    deinit { channel.close(promise: nil) }

    /// Connects without TLS and registers.
    package static func connect(_ network: IRCTestNetwork, nick: String) async throws -> RawIRCClient {
        let heard = Heard()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(Listener(heard)) }
            .connect(host: "127.0.0.1", port: network.plainPort).get()
        let client = RawIRCClient(channel, heard)
        try await client.say("CAP REQ :server-time")
        try await client.say("NICK \(nick)")
        try await client.say("USER \(nick) 0 * :\(nick)")
        try await client.say("CAP END")
        _ = try await client.waitFor("the end of the greeting") { $0.command == "422" || $0.command == "376" }
        return client
    }

    /// Registers the nick as a services account.
    package func register(password: String) async throws {
        try await say("PRIVMSG NickServ :REGISTER \(password) test@irc.test")
        _ = try await waitFor("the registration") { $0.command == "NOTICE" && $0.text.contains("is now registered") }
    }

    package func join(_ room: String) async throws {
        try await say("JOIN \(room)")
        _ = try await waitFor("the names of \(room)") { $0.command == "366" }
    }

    package func say(_ line: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: line + "\r\n")).get()
    }

    /// The next message of a nick, as text.
    package func hear(from nick: String) async throws -> String {
        try await waitFor("a message of \(nick)") { $0.command == "PRIVMSG" && $0.source?.nick == nick }.text
    }

    package func isOnline(_ nick: String) async throws -> Bool {
        try await say("ISON \(nick)")
        let answer = try await waitFor("the answer to ISON") { $0.command == "303" }
        return answer.text.lowercased().split(separator: " ").contains(Substring(nick.lowercased()))
    }

    /// Returns once somebody with this nick is on the network.
    package func waitUntilOnline(_ nick: String) async throws {
        for _ in 0..<3000 {
            if try await isOnline(nick) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ChildProcess.Failure(description: "\(nick) did not come online.")
    }

    func waitFor(_ what: String, _ fits: (IRCMessage) -> Bool) async throws -> IRCMessage {
        let start = ContinuousClock.now
        while start.duration(to: .now) < .seconds(60) {
            if let line = heard.first(fits) { return line }
            try await Task.sleep(for: .milliseconds(5))
        }
        let all = heard.all.suffix(20).map { "\($0.source?.description ?? "") \($0.command) \($0.parameters)" }
        throw ChildProcess.Failure(description: "Did not hear \(what), but:\n\(all.joined(separator: "\n"))")
    }
}
