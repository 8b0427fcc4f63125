import ClawSupport
import Testing

@testable import IRCChannel

private let second = IRCConnectionMachine.second

/// Feeds lines to a machine as a server would.
private struct Server {
    var machine: IRCConnectionMachine
    var now: UInt64 = 1000 * IRCConnectionMachine.second

    init(_ change: (inout IRCSettings) -> Void = { _ in }) {
        var settings = IRCSettings(host: "irc.test", port: 6697, tls: IRCTLS())
        settings.nick = "claw"
        change(&settings)
        machine = IRCConnectionMachine(settings: settings)
    }

    mutating func start() -> [IRCAction] { machine.start(now: now) }

    mutating func says(_ text: String) throws -> [IRCAction] {
        let line = try #require(IRCMessage(line: Array(text.utf8)))
        return machine.receive(line, now: now)
    }

    mutating func wait(_ seconds: UInt64) -> [IRCAction] {
        now += seconds * second
        return machine.tick(now: now)
    }

    /// Gets through registration on a server without capabilities.
    mutating func welcome(_ tokens: String = "CHANTYPES=#") throws {
        _ = start()
        _ = try says(":irc.test 001 claw :Welcome")
        _ = try says(":irc.test 005 claw \(tokens) :are supported")
        _ = try says(":irc.test 376 claw :End")
    }
}

struct IRCRegistrationTests {
    @Test func aServerWithoutCapabilitiesIsEnough() throws {
        var server = Server { $0.password = IRCSecret("secret") }
        #expect(
            server.start() == [
                .send(IRCMessage("PASS", "secret")), .send(IRCMessage("CAP", "LS", "302")),
                .send(IRCMessage("NICK", "claw")), .send(IRCMessage("USER", "openclaw", "0", "*", "OpenClaw")),
            ])
        #expect(try server.says("PING :early") == [.send(IRCMessage("PONG", "early"))])
        #expect(try server.says(":irc.test 421 claw CAP :Unknown command") == [.send(IRCMessage("CAP", "END"))])
        #expect(try server.says(":irc.test 001 claw :Welcome") == [])
        #expect(try server.says(":irc.test 422 claw :No message of the day") == [.ready])
        #expect(server.machine.isOnline)
    }

    @Test func capabilitiesAndSASLPlain() throws {
        var server = Server {
            $0.sasl = IRCSASL(mechanism: .plain, username: "bot", password: IRCSecret("pw"), isExplicit: true)
            $0.rooms = [IRCRoom(name: "#b", key: "key"), IRCRoom(name: "#A", key: nil)]
        }
        _ = server.start()
        #expect(try server.says(":irc.test CAP * LS * :account-tag multi-prefix unknown") == [])
        #expect(
            try server.says(":irc.test CAP * LS :sasl=EXTERNAL,PLAIN message-tags") == [
                .send(IRCMessage("CAP", "REQ", "account-tag message-tags multi-prefix sasl"))
            ])
        #expect(
            try server.says(":irc.test CAP claw ACK :account-tag message-tags multi-prefix sasl") == [
                .send(IRCMessage("AUTHENTICATE", "PLAIN"))
            ])
        let proof = Base64.encode(Array("bot\0bot\0pw".utf8))
        #expect(try server.says("AUTHENTICATE +") == [.send(IRCMessage("AUTHENTICATE", proof))])
        #expect(
            try server.says(":irc.test 900 claw claw!u@h bot :You are now logged in as bot") == [
                .note(.loggedIn(account: "bot"))
            ])
        #expect(try server.says(":irc.test 903 claw :SASL successful") == [.send(IRCMessage("CAP", "END"))])
        #expect(try server.says(":irc.test 001 claw :Welcome") == [])
        #expect(
            try server.says(":irc.test 376 claw :End") == [
                .ready, .send(IRCMessage("JOIN", "#A")), .send(IRCMessage("JOIN", "#b", "key")),
            ])
        #expect(server.machine.account == "bot")
    }

    @Test func aRefusedListIsAskedForOneByOne() throws {
        var server = Server()
        _ = server.start()
        _ = try server.says(":irc.test CAP * LS :account-tag server-time")
        #expect(
            try server.says(":irc.test CAP claw NAK :account-tag server-time") == [
                .send(IRCMessage("CAP", "REQ", "account-tag")), .send(IRCMessage("CAP", "REQ", "server-time")),
            ])
        #expect(try server.says(":irc.test CAP claw NAK :account-tag") == [])
        #expect(try server.says(":irc.test CAP claw ACK :server-time") == [.send(IRCMessage("CAP", "END"))])
        #expect(server.machine.capabilities.enabled == ["server-time"])
    }

    @Test func failedSASLEndsTheConnectionOnlyWhenItWasAskedFor() throws {
        for isExplicit in [true, false] {
            var server = Server {
                $0.sasl = IRCSASL(mechanism: .plain, username: "bot", password: IRCSecret("x"), isExplicit: isExplicit)
            }
            _ = server.start()
            _ = try server.says(":irc.test CAP * LS :sasl")
            _ = try server.says(":irc.test CAP claw ACK :sasl")
            _ = try server.says("AUTHENTICATE +")
            #expect(
                try server.says(":irc.test 904 claw :SASL authentication failed")
                    == (isExplicit
                        ? [.close(.authenticationFailed("SASL authentication failed"))]
                        : [.send(IRCMessage("CAP", "END"))]))
            if isExplicit { #expect(try server.says(":irc.test 001 claw :Welcome") == []) }
        }
    }

    @Test func servicesThatLinkLateAreUsedThen() throws {
        var server = Server {
            $0.sasl = IRCSASL(mechanism: .external, username: "bot", password: IRCSecret(""), isExplicit: true)
        }
        _ = server.start()
        #expect(
            try server.says(":irc.test CAP * LS :cap-notify") == [
                .note(.capabilityUnavailable("sasl")), .send(IRCMessage("CAP", "END")),
            ])
        _ = try server.says(":irc.test 001 claw :Welcome")
        _ = try server.says(":irc.test 376 claw :End")
        #expect(try server.says(":irc.test CAP claw NEW :sasl=PLAIN") == [])
        #expect(try server.says(":irc.test CAP claw NEW :sasl=EXTERNAL") == [.send(IRCMessage("CAP", "REQ", "sasl"))])
        #expect(try server.says(":irc.test CAP claw ACK :sasl") == [.send(IRCMessage("AUTHENTICATE", "EXTERNAL"))])
        #expect(try server.says("AUTHENTICATE +") == [.send(IRCMessage("AUTHENTICATE", "+"))])
        #expect(try server.says(":irc.test 903 claw :ok") == [])
    }

    @Test func longProofsAreCut() {
        let long = IRCSASL(
            mechanism: .plain, username: "", password: IRCSecret(String(repeating: "x", count: 298)), isExplicit: true)
        #expect(IRCSASLPlain.chunks(long).map(\.count) == [400, 1])
        #expect(IRCSASLPlain.chunks(long).last == "+")
        let longer = IRCSASL(
            mechanism: .plain, username: "", password: IRCSecret(String(repeating: "x", count: 299)), isExplicit: true)
        #expect(IRCSASLPlain.chunks(longer).map(\.count) == [400, 4])
    }

    @Test func aTakenNickGetsASuffixAndIsTakenBack() throws {
        var server = Server { $0.nickServ = IRCNickServ(password: IRCSecret("pw")) }
        _ = server.start()
        #expect(try server.says(":irc.test 433 * claw :In use") == [.send(IRCMessage("NICK", "claw_"))])
        #expect(try server.says(":irc.test 433 * claw_ :In use") == [.send(IRCMessage("NICK", "claw2"))])
        #expect(
            try server.says(":irc.test 001 claw2 :Welcome") == [.note(.nickInUse(wanted: "claw", using: "claw2"))])
        #expect(
            try server.says(":irc.test 376 claw2 :End") == [
                .send(IRCMessage("PRIVMSG", "NickServ", "GHOST claw pw")),
                .send(IRCMessage("PRIVMSG", "NickServ", "IDENTIFY claw pw")),
            ])
        #expect(try server.says(":mallory!u@h NOTICE claw2 :claw has been ghosted") == [])
        #expect(
            try server.says(":NickServ!n@services NOTICE claw2 :claw has been ghosted") == [
                .send(IRCMessage("NICK", "claw"))
            ])
        #expect(
            try server.says(":irc.test 900 claw2 claw2!u@h claw :Logged in") == [
                .note(.loggedIn(account: "claw")), .ready,
            ])
        #expect(try server.says(":claw2!u@h NICK :claw") == [])
        #expect(server.machine.nick == "claw")
    }

    @Test func nickServThatStaysSilentDoesNotHoldTheBotUp() throws {
        var server = Server { $0.nickServ = IRCNickServ(password: IRCSecret("pw"), registerEmail: "a@b.c") }
        _ = server.start()
        _ = try server.says(":irc.test 001 claw :Welcome")
        #expect(
            try server.says(":irc.test 376 claw :End") == [.send(IRCMessage("PRIVMSG", "NickServ", "IDENTIFY pw"))])
        #expect(
            try server.says(":NickServ!n@s NOTICE claw :claw is not registered.") == [
                .send(IRCMessage("PRIVMSG", "NickServ", "REGISTER pw a@b.c"))
            ])
        #expect(server.wait(4) == [])
        #expect(server.wait(1) == [.ready])
    }

    @Test func aServerThatNeverWelcomesIsLeft() throws {
        var server = Server()
        _ = server.start()
        #expect(server.wait(29) == [])
        #expect(server.wait(1) == [.close(.registrationTimeout)])
        var refusing = Server()
        _ = refusing.start()
        #expect(
            try refusing.says(":irc.test 464 * :Password incorrect") == [.close(.passwordRefused("Password incorrect"))]
        )
        var banning = Server()
        _ = banning.start()
        #expect(try banning.says("ERROR :Closing link: banned") == [.close(.serverError("Closing link: banned"))])
        var picky = Server()
        _ = picky.start()
        #expect(
            try picky.says(":irc.test 432 * claw :Erroneous nickname") == [.close(.nickRefused("Erroneous nickname"))])
    }
}

struct IRCLiveConnectionTests {
    @Test func aSilentServerIsFoundDeadAfterTwoPings() throws {
        var server = Server()
        try server.welcome()
        #expect(server.machine.nextDeadline == server.now + 60 * second)
        #expect(server.wait(59) == [])
        #expect(server.wait(1) == [.send(IRCMessage("PING", "claw-live"))])
        #expect(try server.says("PONG irc.test :claw-live") == [])
        #expect(server.wait(60) == [.send(IRCMessage("PING", "claw-live"))])
        #expect(server.wait(60) == [.send(IRCMessage("PING", "claw-live"))])
        #expect(server.wait(60) == [.close(.pingTimeout)])
        #expect(server.wait(60) == [])
    }

    @Test func aKickedBotComesBackSlowerEachTime() throws {
        var server = Server { $0.rooms = [IRCRoom(name: "#Room", key: nil)] }
        try server.welcome()
        #expect(server.machine.isWaitingFor(room: "#room"))
        #expect(try server.says(":claw!u@h JOIN #Room") == [.note(.joined(room: "#room"))])
        #expect(server.machine.source == "claw!u@h")
        #expect(!server.machine.isWaitingFor(room: "#ROOM"))
        for wait: UInt64 in [5, 15, 45] {
            #expect(
                try server.says(":op!u@h KICK #room claw :out") == [
                    .note(.kicked(room: "#room", by: "op", reason: "out"))
                ])
            #expect(server.wait(wait - 1) == [])
            #expect(server.wait(1) == [.send(IRCMessage("JOIN", "#Room"))])
            _ = try server.says(":claw!u@h JOIN #room")
        }
        #expect(try server.says(":op!u@h KICK #room alice :out") == [])
    }

    @Test func aRefusedJoinIsTriedAgain() throws {
        var server = Server { $0.rooms = [IRCRoom(name: "#room", key: nil)] }
        try server.welcome()
        #expect(
            try server.says(":irc.test 473 claw #room :Invite only") == [
                .note(.joinRefused(room: "#room", reason: "Invite only"))
            ])
        #expect(try server.says(":irc.test 473 claw #room :Invite only") == [])
        #expect(server.wait(5) == [.send(IRCMessage("JOIN", "#room"))])
    }

    @Test func theAccountOfASpeakerComesFromTheTag() throws {
        var server = Server()
        _ = server.start()
        _ = try server.says(":irc.test CAP * LS :account-tag")
        _ = try server.says(":irc.test CAP * ACK :account-tag")
        _ = try server.says(":irc.test 001 claw :Welcome")
        _ = try server.says(":irc.test 005 claw WHOX :are supported")
        _ = try server.says(":irc.test 376 claw :End")
        let plain = ":alice!u@h PRIVMSG claw :hi"
        let line = try #require(IRCMessage(line: Array(plain.utf8)))
        #expect(try server.says(plain) == [.deliver(line, services: nil)])
        var tagged = line
        tagged.tags = ["account": "al"]
        #expect(try server.says("@account=al \(plain)") == [.deliver(tagged, services: "al")])
        #expect(try server.says(":claw!u@h PRIVMSG #r :echo") == [])
        #expect(server.machine.source == "claw!u@h")
    }

    @Test func withoutTheTagTheServerIsAsked() throws {
        var server = Server()
        try server.welcome("WHOX")
        let first = try #require(IRCMessage(line: Array(":alice!u@h PRIVMSG claw :one".utf8)))
        let other = try #require(IRCMessage(line: Array(":alice!x@other PRIVMSG claw :two".utf8)))
        #expect(
            try server.says(":alice!u@h PRIVMSG claw :one") == [.send(IRCMessage("WHO", "alice", "%tuhna,217"))])
        #expect(try server.says(":alice!x@other PRIVMSG claw :two") == [])
        #expect(try server.says(":irc.test 354 claw 999 u h alice forged") == [])
        #expect(try server.says(":irc.test 354 claw 217 u h alice al") == [])
        #expect(
            try server.says(":irc.test 315 claw alice :End of WHO") == [
                .deliver(first, services: "al"), .deliver(other, services: nil),
            ])
        #expect(try server.says(":alice!u@h PRIVMSG claw :one").count == 1)
        #expect(server.wait(10) == [.deliver(first, services: nil)])
    }

    @Test func whatIsSeenInACommonRoomCountsWhileItIsSeen() throws {
        var server = Server()
        _ = server.start()
        _ = try server.says(":irc.test CAP * LS :account-notify extended-join")
        _ = try server.says(":irc.test CAP * ACK :account-notify extended-join")
        _ = try server.says(":irc.test 001 claw :Welcome")
        _ = try server.says(":irc.test 376 claw :End")
        let line = try #require(IRCMessage(line: Array(":alice!u@h PRIVMSG #r :one".utf8)))
        func account(_ server: inout Server) throws -> [IRCAction] { try server.says(":alice!u@h PRIVMSG #r :one") }
        _ = try server.says(":alice!u@h JOIN #r al :Alice")
        #expect(try account(&server) == [.deliver(line, services: "al")])
        _ = try server.says(":alice!u@h ACCOUNT *")
        #expect(try account(&server) == [.deliver(line, services: nil)])
        _ = try server.says(":alice!u@h ACCOUNT al")
        _ = try server.says(":alice!u@h NICK bob")
        _ = try server.says(":mallory!u@h NICK alice")
        #expect(try account(&server) == [.deliver(line, services: nil)])
        _ = try server.says(":bob!u@h NICK alice")
        #expect(try account(&server) == [.deliver(line, services: "al")])
        _ = try server.says(":alice!u@h PART #r")
        #expect(try account(&server) == [.deliver(line, services: nil)])
    }

    @Test func aNickThatBecomesFreeIsTaken() throws {
        var server = Server()
        _ = server.start()
        _ = try server.says(":irc.test 433 * claw :In use")
        _ = try server.says(":irc.test 001 claw_ :Welcome")
        _ = try server.says(":irc.test 376 claw_ :End")
        #expect(try server.says(":claw!u@h QUIT :bye") == [.send(IRCMessage("NICK", "claw"))])
        #expect(try server.says(":irc.test 433 claw_ claw :In use") == [])
        var actions: [IRCAction] = []
        for _ in 0..<6 {
            actions += server.wait(59)
            _ = try server.says(":irc.test NOTICE * :alive")
        }
        #expect(actions == [.send(IRCMessage("NICK", "claw"))])
    }
}
