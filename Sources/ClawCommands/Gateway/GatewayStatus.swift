import ArgumentParser
import ClawClient
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw gateway status`.
struct GatewayStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the service, the port and whether the Gateway answers.",
        discussion:
            "Tells what it finds and ends with 0 whatever that is; `openclaw health` fails when nothing answers.")

    @Flag(help: "Do not connect to the Gateway.")
    var noProbe = false

    @Flag(help: "Also look for other services that run a Gateway on this machine.")
    var deep = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let control = ServiceControl.current(context, access.installation.location)
        let report = try await find(access, control, context)
        if rpc.json { context.terminal.json(report.json) } else { report.write(to: context.terminal) }
    }

    private func find(
        _ access: GatewayAccess, _ control: ServiceControl, _ context: CommandContext
    ) async throws -> GatewayStatusReport {
        var report = GatewayStatusReport(access: access, supervisor: control.supervisor)
        report.command = try control.installedCommand()
        do {
            report.state = try await control.supervisor.state()
        } catch let error as ClawError {
            report.stateFault = error
        }
        report.logFile = StoredLog.find(access.installation.snapshot, context)?.path
        let port = access.target.endpoint.port
        report.listeners = access.isOnThisMachine ? PortListener.all(port: port) : []
        if let other = report.command?.port, other != port { report.serviceListeners = PortListener.all(port: other) }
        if deep { report.extraServices = OtherServices.find(besides: control.supervisor.definitionPath, context) }
        if !noProbe {
            report.tailscale = await StatusTailscale.look(access, context)
            let target = ProbeTarget(kind: rpc.url == nil ? .localLoopback : .explicit, access: access, isActive: true)
            report.probe = await ProbeFinding.look(at: target, timeout: .milliseconds(rpc.timeout))
        }
        return report
    }
}
