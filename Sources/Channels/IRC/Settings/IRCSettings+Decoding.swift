import ClawChannelKit
import ClawCore
import ClawSupport

extension IRCSettings {
    /// Reads the merged section of an account. The environment (`IRC_HOST` and others) fills what the section leaves out, for
    /// the account `default` only. Throws `ClawError` when something needed is missing or wrong.
    static func decode(
        _ section: JSONObject, account: AccountID, environment: [String: String]
    ) throws(ClawError) -> IRCSettings {
        let path = account == .default ? "channels.irc" : "channels.irc.accounts.\(account)"
        var decoder = IRCSettingsDecoder(section, path: path, environment: account == .default ? environment : [:])
        let settings = try decoder.settings()
        if let issue = decoder.reader.issues.first {
            throw ClawError(
                .configInvalid, "The IRC account “\(account)” has a wrong setting: \(issue)",
                hint: "Correct it with: openclaw config set \(issue.path) <value>",
                details: ["issues": .strings(decoder.reader.issues.map(\.description))])
        }
        return settings
    }

    /// Whether there is enough to start the account.
    static func isConfigured(_ section: JSONObject, account: AccountID, environment: [String: String]) -> Bool {
        if let host = section["host"]?.stringValue, !host.isEmpty { return true }
        return account == .default && environment["IRC_HOST"]?.isEmpty == false
    }
}

private struct IRCSettingsDecoder {
    var reader: SettingsReader
    private let environment: [String: String]

    init(_ section: JSONObject, path: String, environment: [String: String]) {
        reader = SettingsReader(section, path: path)
        self.environment = environment
    }

    mutating func settings() throws(ClawError) -> IRCSettings {
        guard let host = text("host", "IRC_HOST") else {
            throw ClawError(
                .configInvalid, "IRC has no server to connect to: \(reader.path).host is missing.",
                hint: "Set it with: openclaw config set \(reader.path).host irc.example.org")
        }
        let tls = tls()
        let port = reader.int("port", in: 1...65535) ?? environmentPort() ?? (tls == nil ? 6667 : 6697)
        var settings = IRCSettings(host: host, port: port, tls: tls)
        settings.nick = name("nick", "IRC_NICK") ?? settings.nick
        settings.username = name("username", "IRC_USERNAME") ?? settings.username
        settings.realname = text("realname", "IRC_REALNAME") ?? settings.realname
        settings.password = try secret(&reader, "password", variable: "IRC_PASSWORD")
        settings.rooms = rooms()
        settings.nickServ = try nickServ()
        settings.sasl = try sasl(settings)
        if let flood = reader.object("flood") { readFlood(flood, &settings.flood) }
        return settings
    }

    private mutating func text(_ key: String, _ variable: String) -> String? {
        let value = reader.string(key) ?? environment[variable]
        guard let value, !value.isEmpty else { return nil }
        if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            reader.report(key, "holds a control character")
            return nil
        }
        return value
    }

    /// A text that stands as one word in a line.
    private mutating func name(_ key: String, _ variable: String) -> String? {
        guard let value = text(key, variable) else { return nil }
        if value.contains(" ") || value.first == ":" || value.contains("!") || value.contains("@")
            || value.utf8.count > 64
        {
            reader.report(key, "is no name that IRC allows")
            return nil
        }
        return value
    }

    private mutating func environmentPort() -> Int? {
        guard let value = environment["IRC_PORT"], !value.isEmpty else { return nil }
        if let port = Int(value), (1...65535).contains(port) { return port }
        reader.report("port", "IRC_PORT in the environment is no port")
        return nil
    }

    private mutating func tls() -> IRCTLS? {
        let stated = reader.bool("tls")
        let fromEnvironment = environment["IRC_TLS"].map { !["0", "false", "no", "off"].contains($0.lowercased()) }
        if !(stated ?? fromEnvironment ?? true) { return nil }
        var tls = IRCTLS()
        tls.caFile = reader.string("tlsCaFile")
        tls.certificateFile = reader.string("tlsCertFile")
        tls.keyFile = reader.string("tlsKeyFile")
        tls.dangerouslyAllowInvalidCertificates = reader.bool("dangerouslyAllowInvalidCertificates") ?? false
        if let pin = reader.string("tlsFingerprint") {
            let digits = pin.lowercased().filter { $0 != ":" }
            if digits.utf8.count == 64, digits.allSatisfy(\.isHexDigit) {
                tls.fingerprint = digits
            } else {
                reader.report("tlsFingerprint", "must be a SHA-256 digest of 64 hexadecimal digits")
            }
        }
        if (tls.certificateFile == nil) != (tls.keyFile == nil) {
            reader.report("tlsCertFile", "tlsCertFile and tlsKeyFile need each other")
        }
        return tls
    }

    private mutating func rooms() -> [IRCRoom] {
        let listed = environment["IRC_CHANNELS"].map { $0.split(separator: ",").map(String.init) }
        var rooms: [IRCRoom] = []
        for (position, entry) in (reader.strings("channels") ?? listed ?? []).enumerated() {
            let words = entry.split(separator: " ").map(String.init)
            guard let name = words.first, words.count <= 2, "#&+!".contains(name.prefix(1)),
                !entry.utf8.contains(where: { $0 < 0x20 || $0 == 0x2C })
            else {
                reader.report("channels[\(position)]", "must be a channel such as #room, with its key after a space")
                continue
            }
            rooms.append(IRCRoom(name: name, key: words.count > 1 ? words[1] : nil))
        }
        return rooms
    }

    private mutating func nickServ() throws(ClawError) -> IRCNickServ? {
        let section = reader.object("nickserv")
        if section == nil, environment["IRC_NICKSERV_PASSWORD"] == nil { return nil }
        var inner = SettingsReader(section ?? [:], path: "\(reader.path).nickserv")
        defer { reader.adopt(inner.issues) }
        if inner.bool("enabled") == false { return nil }
        var nickServ = IRCNickServ()
        nickServ.service = inner.string("service") ?? nickServ.service
        nickServ.password = try secret(&inner, "password", variable: "IRC_NICKSERV_PASSWORD")
        if inner.bool("register") == true {
            nickServ.registerEmail = inner.string("registerEmail") ?? environment["IRC_NICKSERV_REGISTER_EMAIL"]
            if nickServ.registerEmail == nil { inner.report("registerEmail", "is needed when register is true") }
        }
        return nickServ
    }

    private mutating func sasl(_ settings: IRCSettings) throws(ClawError) -> IRCSASL? {
        guard let section = reader.object("sasl") else {
            guard let password = settings.nickServ?.password else { return nil }
            return IRCSASL(mechanism: .plain, username: settings.nick, password: password, isExplicit: false)
        }
        var inner = SettingsReader(section, path: "\(reader.path).sasl")
        defer { reader.adopt(inner.issues) }
        let mechanism = inner.choice("mechanism", IRCSASL.Mechanism.self) ?? .plain
        let password = try secret(&inner, "password", variable: nil) ?? settings.nickServ?.password
        if mechanism == .plain, password == nil { inner.report("password", "is needed for the mechanism PLAIN") }
        if mechanism == .external, settings.tls?.certificateFile == nil {
            inner.report("mechanism", "EXTERNAL needs tlsCertFile and tlsKeyFile")
        }
        return IRCSASL(
            mechanism: mechanism, username: inner.string("username") ?? settings.nick,
            password: password ?? IRCSecret(""), isExplicit: true)
    }

    private mutating func readFlood(_ section: JSONObject, _ flood: inout IRCFloodLimit) {
        var inner = SettingsReader(section, path: "\(reader.path).flood")
        flood.burst = inner.int("burst", in: 1...100) ?? flood.burst
        flood.interval = inner.int("intervalMs", in: 0...60_000).map { .milliseconds($0) } ?? flood.interval
        flood.queueLimit = inner.int("queueLimit", in: 1...10_000) ?? flood.queueLimit
        reader.adopt(inner.issues)
    }

    /// A secret that stands in the section, in the file that the section names (first line), or in the environment.
    private func secret(
        _ reader: inout SettingsReader, _ key: String, variable: String?
    ) throws(ClawError) -> IRCSecret? {
        if let value = reader.string(key), !value.isEmpty { return IRCSecret(value) }
        if let path = reader.string("\(key)File") {
            do throws(FileError) {
                guard let bytes = try AtomicFile.read(path, limit: 64 << 10) else {
                    throw FileError(operation: "find", path: path, code: 2)
                }
                let line = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
                if line.isEmpty { reader.report("\(key)File", "the file is empty") }
                return IRCSecret(line)
            } catch {
                throw ClawError(
                    .configInvalid, "Cannot read the secret that \(reader.path).\(key)File names. \(error)",
                    hint: "Create the file with mode 0600, or correct the path.", cause: error)
            }
        }
        guard let variable, let value = environment[variable], !value.isEmpty else { return nil }
        return IRCSecret(value)
    }
}
