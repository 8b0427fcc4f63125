import ClawCore
import ClawTestKit
import Testing

@testable import IRCChannel

struct IRCInboundTests {
    private let inbound = IRCInbound(
        channel: IRCChannel.channelID, account: .default, nick: "Claw", network: IRCNetwork())

    private static let lines: [(String, String?)] = [
        (":alice!u@host PRIVMSG claw :hello", nil),
        ("@msgid=7;time=2026-03-01T08:00:01.250Z :Alice!u@host PRIVMSG Claw :hello", "alice"),
        (":alice!u@host PRIVMSG #Room :just talking", nil),
        (":alice!u@host PRIVMSG #room :claw: what is up?", nil),
        (":alice!u@host PRIVMSG #room :CLAW, what is up?", nil),
        (":alice!u@host PRIVMSG #room :hey claw!", nil),
        (":alice!u@host PRIVMSG #room :the clawed claw-hammer", nil),
        (":alice!u@host PRIVMSG #room :claw:", nil),
        (":alice!u@host PRIVMSG @#room :ops only", nil),
        (":alice!u@host PRIVMSG #room :\u{1}ACTION waves at claw\u{1}", nil),
        (":alice!u@host PRIVMSG claw :\u{1}VERSION\u{1}", nil),
        (":alice!u@host PRIVMSG claw :\u{1}PING 123\u{1}", nil),
        (":alice!u@host NOTICE claw :hello", nil),
        (":alice!u@host PRIVMSG claw :\u{2}bold\u{2} \u{3}04,12red\u{3} \u{4}ff0000hex\u{f} 1\u{3}2\u{7f}", nil),
        (":alice!u@host PRIVMSG claw :\u{3}", nil),
        (":alice!u@host PRIVMSG claw :   ", nil),
        (":Claw!u@host PRIVMSG #room :my own echo", nil),
        (":irc.test PRIVMSG claw :from a server", nil),
        ("PRIVMSG claw :no source", nil),
        (":alice!u@host PRIVMSG $* :to everybody", nil),
        (":alice!u@host PRIVMSG claw", nil),
        (":account:root!u@host PRIVMSG claw :a nick that looks like an account", nil),
        (":mallory!u@host PRIVMSG claw :an account that looks like a mask", "x!y@z"),
        (":mallory!u@host PRIVMSG claw :the account of nobody", "*"),
        (":alice!u@host JOIN #room", nil),
    ]

    @Test func linesBecomeMessages() throws {
        var text = ""
        for (line, services) in Self.lines {
            text += "\(line.debugDescription)\(services.map { " services \($0)" } ?? "")\n"
            let parsed = try #require(IRCMessage(line: Array(line.utf8)))
            guard let message = inbound.translate(parsed, services: services, now: 1_772_352_000_000) else {
                text += "  nothing\n"
                continue
            }
            text += "  \(message.peer.kind.rawValue) \(message.peer.id) “\(message.peer.name ?? "")”"
            text += " from \(message.sender.principal) \(message.sender.assurance.rawValue)"
            text += " “\(message.sender.displayName)” id \(message.messageID ?? "-") at \(message.timestamp)"
            text +=
                " mentioned \(message.wasMentioned.map(String.init) ?? "unknown")\n  \(message.text.debugDescription)\n"
        }
        expectGolden(text, "irc-inbound.txt")
    }
}
