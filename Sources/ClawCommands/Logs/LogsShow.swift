import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw logs`.
struct LogsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show the Gateway's log.",
        discussion: """
            When the Gateway does not answer, the log file of this machine is shown, and that is said. With --follow the \
            command stays when the Gateway restarts, and goes on with the next line once it is back.
            """)

    @Option(help: "At most so many lines.")
    var limit = 200

    @Option(help: ArgumentHelp("At most so much of the file.", valueName: "bytes"))
    var maxBytes = 250_000

    @Flag(help: "Go on with what is logged from now on.")
    var follow = false

    @Option(help: ArgumentHelp("How often to look while following.", valueName: "ms"))
    var interval = 1000

    @Flag(help: "Print the lines as they stand in the file.")
    var plain = false

    @Flag(help: "Show times in the zone of this machine, or that of the variable TZ, instead of UTC.")
    var localTime = false

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if !(1...5000).contains(limit) { throw ValidationError("--limit takes a number from 1 to 5000.") }
        if !(1...1_000_000).contains(maxBytes) {
            throw ValidationError("--max-bytes takes a number from 1 to 1000000.")
        }
        if plain, localTime { throw ValidationError("--plain and --local-time exclude each other.") }
        if interval < 100 { throw ValidationError("--interval takes milliseconds, from 100.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        do {
            if follow { return try await followLog(access, context) }
            try await access.connect(scopes: [.read]) { client in
                _ = show(try await client.request("logs.tail", params(nil)), isFirst: true, context.terminal)
            }
        } catch let error as ClawError where error.code == .unavailable && rpc.url == nil && !follow {
            try showFile(access, error, context)
        }
    }

    private func followLog(_ access: GatewayAccess, _ context: CommandContext) async throws {
        var cursor: Int?
        var isLost = false
        try await access.stayConnected(scopes: [.read]) { change in
            switch change {
            case .lost(let error, _):
                // One remark for all tries until the next connection.
                if !isLost { remark("\(error.clawError.message) Trying again until it is back.", context.terminal) }
                isLost = true
            case .back:
                remark("The Gateway is back.", context.terminal)
                isLost = false
            }
        } _: { client in
            while true {
                let page = try await client.request("logs.tail", params(cursor))
                cursor = show(page, isFirst: cursor == nil, context.terminal)
                try await context.time.sleep(for: .milliseconds(interval))
            }
        }
    }

    /// What is no line of the log: on its own stream, or marked as such.
    private func remark(_ text: String, _ terminal: Terminal) {
        let text = TerminalText.clean(text)
        if rpc.json {
            terminal.jsonLine(["type": "notice", "message": .string(text)])
        } else {
            terminal.note(text)
        }
    }

    private func params(_ cursor: Int?) -> JSONValue {
        var params: JSONObject = ["limit": .int(limit), "maxBytes": .int(maxBytes)]
        params.set("cursor", cursor)
        return .object(params)
    }

    private func showFile(_ access: GatewayAccess, _ error: ClawError, _ context: CommandContext) throws {
        guard let file = StoredLog.find(access.installation.snapshot, context) else { throw error }
        remark("\(error.message) These lines are from the file \(file.path).", context.terminal)
        _ = show(try file.tail(limit: limit, maxBytes: maxBytes), isFirst: true, context.terminal)
    }

    /// Prints one page and returns where the next begins.
    private func show(_ page: JSONValue, isFirst: Bool, _ terminal: Terminal) -> Int {
        let cursor = page["cursor"]?.intValue ?? 0
        if rpc.json, isFirst {
            terminal.jsonLine([
                "type": "meta", "file": page["file"] ?? .null, "cursor": .int(cursor), "size": page["size"] ?? .null,
            ])
        }
        if page["reset"]?.boolValue == true, !isFirst {
            remark("The log was rotated or grew faster than it could be shown; some lines are missing here.", terminal)
        }
        let clock = localTime ? Self.localClock : nil
        for line in page["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            let record = plain ? nil : LogRecord(line: line)
            if rpc.json {
                terminal.jsonLine(record?.json ?? ["type": "raw", "line": .string(line)])
            } else {
                terminal.line(record?.text(for: terminal, in: clock) ?? TerminalText.clean(line, isOneLine: true))
            }
        }
        return cursor
    }

    private static var localClock: ZonedClock {
        CommandContext.current.variable("TZ").flatMap { ZonedClock($0) } ?? .local()
    }
}
