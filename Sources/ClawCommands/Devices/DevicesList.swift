import ArgumentParser
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices list`.
struct DevicesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List paired devices and pending requests.")

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let list = try await access.atPairingDesk { try await $0.list() }
        if rpc.json { return context.terminal.json(list) }
        let terminal = context.terminal
        let pending = list["pending"]?.arrayValue ?? []
        if !pending.isEmpty {
            terminal.heading("Pending")
            terminal.write(Self.pendingTable(pending, now: context.time.nowMilliseconds).rendered(for: terminal))
            terminal.line("Approve one with `openclaw devices approve <request>`.")
            terminal.line()
        }
        terminal.heading("Paired")
        let paired = list["paired"]?.arrayValue ?? []
        if paired.isEmpty {
            terminal.line("No device is paired.")
        } else {
            terminal.write(Self.pairedTable(paired).rendered(for: terminal))
        }
    }

    private static func pendingTable(_ pending: [JSONValue], now: Int64) -> TextTable {
        var table = TextTable(["DEVICE", "ROLE", "SCOPES", "FROM", "AGE", "REQUEST"], keepsLast: true)
        for request in pending {
            let age = request["ts"]?.intValue.map { Int(now) - $0 }
            table.add(
                .init(name(request)), .init(request["role"]?.stringValue ?? "-"), .init(scopes(request["scopes"])),
                .init(request["remoteIp"]?.stringValue ?? "this machine", .muted), .init(AgeText.short(age)),
                .init(request["requestId"]?.stringValue ?? "?"))
        }
        return table
    }

    private static func pairedTable(_ paired: [JSONValue]) -> TextTable {
        var table = TextTable(["NAME", "ROLES", "SCOPES", "TOKENS", "DEVICE"], keepsLast: true)
        for device in paired {
            let roles = device["roles"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let tokens = (device["tokens"]?.arrayValue ?? []).map { token in
                (token["role"]?.stringValue ?? "?") + (token["revokedAtMs"] == nil ? "" : " (revoked)")
            }
            table.add(
                .init(name(device)), .init(roles.joined(separator: ", ")), .init(scopes(device["scopes"])),
                .init(tokens.joined(separator: ", "), .muted), .init(device["deviceId"]?.stringValue ?? "?"))
        }
        return table
    }

    private static func name(_ device: JSONValue) -> String {
        let name = device["displayName"]?.stringValue ?? device["clientId"]?.stringValue ?? "-"
        return device["platform"]?.stringValue.map { "\(name) (\($0))" } ?? name
    }

    /// Without the prefix that all operator scopes share.
    private static func scopes(_ value: JSONValue?) -> String {
        let scopes = value?.arrayValue?.compactMap(\.stringValue) ?? []
        return scopes.map { $0.hasPrefix("operator.") ? String($0.dropFirst(9)) : $0 }.joined(separator: ", ")
    }
}
