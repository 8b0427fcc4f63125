import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices clear`.
struct DevicesClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Forget every paired device; each must ask again.")

    @Flag(help: "Do it without asking.")
    var yes = false

    @Flag(help: "Also turn away every device that asks.")
    var pending = false

    @OptionGroup var rpc: RPCOptions

    /// What is to be done.
    private struct Work {
        var devices: [String]
        var requests: [String]
    }

    func run() async throws {
        let context = CommandContext.current
        if !yes, rpc.json || !context.prompt.isInteractive {
            throw ClawError(
                .invalidRequest, "This forgets every device.", hint: "Say --yes when you mean it.")
        }
        let access = try GatewayAccess(rpc)
        let done = try await access.atPairingDesk { desk in
            let work = try agreed(try await desk.list(), access, context)
            for id in work.requests { _ = try await desk.reject(id) }
            for id in work.devices { _ = try await desk.remove(id) }
            return work
        }
        if rpc.json {
            return context.terminal.json([
                "removed": .strings(done.devices), "rejected": .strings(done.requests),
            ])
        }
        let rejected = pending ? " Rejected \(done.requests.count) requests." : ""
        context.terminal.line("Removed \(done.devices.count) devices.\(rejected)")
    }

    /// Everything that `list` holds, this command's own device last, since its connection ends with it.
    private func agreed(_ list: JSONValue, _ access: GatewayAccess, _ context: CommandContext) throws -> Work {
        func ids(_ key: String, _ name: String) -> [String] {
            list[key]?.arrayValue?.compactMap { $0[name]?.stringValue } ?? []
        }
        let own = access.ownDevice
        let all = ids("paired", "deviceId")
        let work = Work(
            devices: all.filter { $0 != own } + all.filter { $0 == own },
            requests: pending ? ids("pending", "requestId") : [])
        let question = "Forget \(work.devices.count) devices?"
        if !yes, try !context.prompt.confirm(question, initially: false, on: context.terminal) {
            throw CancellationError()
        }
        return work
    }
}
