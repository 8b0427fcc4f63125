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
        discussion: "When the Gateway does not answer, the log file of this machine is shown, and that is said.")

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

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if !(1...5000).contains(limit) { throw ValidationError("--limit takes a number from 1 to 5000.") }
        if !(1...1_000_000).contains(maxBytes) {
            throw ValidationError("--max-bytes takes a number from 1 to 1000000.")
        }
        if interval < 100 { throw ValidationError("--interval takes milliseconds, from 100.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        do {
            try await access.connect(scopes: [.read]) { client in
                var cursor = show(try await client.request("logs.tail", params(nil)), isFirst: true, context.terminal)
                while follow {
                    try await context.time.sleep(for: .milliseconds(interval))
                    let page = try await client.request("logs.tail", params(cursor))
                    cursor = show(page, isFirst: false, context.terminal)
                }
            }
        } catch let error as ClawError where error.code == .unavailable && rpc.url == nil && !follow {
            try showFile(access, error, context)
        }
    }

    private func params(_ cursor: Int?) -> JSONValue {
        var params: JSONObject = ["limit": .int(limit), "maxBytes": .int(maxBytes)]
        params.set("cursor", cursor)
        return .object(params)
    }

    private func showFile(_ access: GatewayAccess, _ error: ClawError, _ context: CommandContext) throws {
        guard let file = StoredLog.find(access.installation.snapshot, context) else { throw error }
        let remark = "\(error.message) These lines are from the file \(file.path)."
        if rpc.json {
            context.terminal.jsonLine(["type": "notice", "message": .string(remark)])
        } else {
            context.terminal.note(TerminalText.clean(remark))
        }
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
            let remark = "The log was rotated or grew faster than it could be shown; some lines are missing here."
            if rpc.json {
                terminal.jsonLine(["type": "notice", "message": .string(remark)])
            } else {
                terminal.note(remark)
            }
        }
        for line in page["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            let record = plain ? nil : LogRecord(line: line)
            if rpc.json {
                terminal.jsonLine(record?.json ?? ["type": "raw", "line": .string(line)])
            } else {
                terminal.line(record?.text(for: terminal) ?? TerminalText.clean(line, isOneLine: true))
            }
        }
        return cursor
    }
}
