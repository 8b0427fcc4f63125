import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// What `openclaw gateway status` found, and how it shows it.
struct GatewayStatusReport: Sendable {
    let access: GatewayAccess
    let supervisor: any ServiceSupervisor
    var command: ServiceCommand?
    var state: ServiceState?
    /// Why the system could not be asked about the service.
    var stateFault: ClawError?
    var logFile: String?
    var listeners: [PortListener] = []
    /// Those on the service's port when that is another.
    var serviceListeners: [PortListener]?
    var extraServices: [OtherService] = []
    var probe: ProbeFinding?
    var tailscale: StatusTailscale?

    init(access: GatewayAccess, supervisor: any ServiceSupervisor) {
        self.access = access
        self.supervisor = supervisor
    }

    private var location: ConfigLocation { access.installation.location }
    private var gateway: GatewayConfiguration { access.installation.snapshot.configuration.gateway }
    private var port: Int { access.target.endpoint.port }

    private var serviceConfig: String? { command?.variable("OPENCLAW_CONFIG_PATH") }

    /// Whether the service reads another configuration than commands do: the usual reason why a change has no effect.
    private var isMismatch: Bool { serviceConfig.map { $0 != location.configPath } ?? false }

    private var bindHost: String {
        switch gateway.bind {
        case .lan: "0.0.0.0"
        case .custom: gateway.customBindHost ?? "0.0.0.0"
        case .tailnet: OwnTailnetAddress.find() ?? "127.0.0.1"
        case .loopback, .auto: "127.0.0.1"
        }
    }

    private var portSource: String {
        let variable = CommandContext.current.variable("OPENCLAW_GATEWAY_PORT")
        if access.installation.snapshot.value["gateway"]?["port"] != nil, variable == nil { return "config" }
        return variable == nil ? "default" : "env"
    }

    func write(to terminal: Terminal) {
        var table = TextTable()
        table.add("Service", serviceCell)
        if command != nil { table.add("Service file", .init(supervisor.definitionPath)) }
        if let command {
            table.add("Command", .init(command.words.joined(separator: " ")))
            if let directory = command.workingDirectory { table.add("Working dir", .init(directory)) }
        }
        table.add("Config (cli)", .init(access.installation.configSummary))
        if let serviceConfig {
            table.add("Config (service)", .init(serviceConfig, isMismatch ? .warning : .plain))
        }
        if let logFile { table.add("File logs", .init(logFile)) }
        table.add("Gateway", .init("bind=\(gateway.bind.rawValue) (\(bindHost)), port=\(port) (\(portSource))"))
        if let fingerprint = access.fingerprint { table.add("Certificate", .init(fingerprint)) }
        table.add("Probe target", .init(access.target.endpoint.description))
        table.add("Dashboard", .init(DashboardLink(access.target.endpoint).text))
        if let tailscale { table.add("Tailscale", tailscale.cell) }
        if let probe {
            let text = probe.isReachable ? "ok (\(probe.detail))" : "failed: \(probe.detail)"
            table.add("RPC probe", .init(text, probe.isReachable ? .success : .error))
        }
        let all = listeners + (serviceListeners ?? [])
        table.add("Listening", .init(all.isEmpty ? "nobody" : all.map(\.text).joined(separator: ", ")))
        for service in extraServices { table.add("Other service", .init("\(service.label) (\(service.detail))")) }
        terminal.write(table.rendered(for: terminal))
        for trouble in troubles {
            terminal.line()
            terminal.line("\(terminal.styled("Trouble:", .warning)) \(TerminalText.clean(trouble))")
        }
    }

    private var serviceCell: TextTable.Cell {
        if let state {
            guard command != nil || state.status == .running else { return .init("not installed", .muted) }
            var text = "\(supervisor.label) (\(state.isLoaded ? supervisor.loadedText : supervisor.notLoadedText)), "
            text += state.status.rawValue
            let facts = [state.pid.map { "pid \($0)" }, state.word.map { "state \($0)" }].compactMap { $0 }
            if !facts.isEmpty { text += " (\(facts.joined(separator: ", ")))" }
            return .init(text, state.status == .running ? .success : .warning)
        }
        return .init("unknown: \(stateFault?.message ?? "")", command == nil ? .muted : .warning)
    }

    /// What to do about what does not fit together.
    var troubles: [String] {
        var troubles: [String] = []
        if isMismatch {
            troubles.append(
                "The service reads another configuration than this command. Make it the same with `openclaw gateway "
                    + "install --force`, or set OPENCLAW_CONFIG_PATH here.")
        }
        if let other = command?.port, other != port {
            troubles.append(
                "The service listens on port \(other), the configuration says \(port). Make it the same with `openclaw "
                    + "gateway install --force`.")
        }
        if command != nil, let state, state.status == .stopped {
            let code = state.lastExitStatus.map { $0 == 0 ? "" : " (its last exit code was \($0))" } ?? ""
            troubles.append("The service does not run\(code). Start it with `openclaw gateway start`.")
        }
        if let probe, !probe.isReachable, let holder = listeners.first, probe.failure?.code == .unavailable {
            troubles.append("Port \(port) is held by \(holder.text), which is no Gateway that answers.")
        } else if let failure = probe?.failure, let hint = failure.hint,
            command == nil || failure.code != .unavailable
        {
            troubles.append(hint)
        }
        if let issue = access.installation.snapshot.issues.first, !access.installation.snapshot.isValid {
            troubles.append("The configuration is not valid: \(issue.description)")
        }
        return troubles
    }

    var json: JSONValue {
        var service = supervisor.json(isLoaded: state?.isLoaded ?? false).objectValue ?? [:]
        service.set("command", command?.json(path: supervisor.definitionPath))
        service["runtime"] = state?.json ?? ["status": "unknown", "detail": .string(stateFault?.message ?? "")]
        var config: JSONObject = ["cli": access.installation.configJSON]
        if let serviceConfig {
            config["daemon"] = ["path": .string(serviceConfig), "exists": .bool(AtomicFile.exists(serviceConfig))]
            config["mismatch"] = .bool(isMismatch)
        }
        var gateway: JSONObject = [
            "bindMode": .string(gateway.bind.rawValue), "bindHost": .string(bindHost), "port": .int(port),
            "portSource": .string(portSource), "probeUrl": .string(access.target.endpoint.description),
        ]
        gateway.set("customBindHost", self.gateway.customBindHost)
        gateway.set("tlsFingerprint", access.fingerprint)
        gateway.set("tailscale", tailscale?.json)
        var object: JSONObject = [
            "service": .object(service), "config": .object(config), "gateway": .object(gateway),
            "port": Self.port(command?.port ?? port, serviceListeners ?? listeners),
        ]
        if serviceListeners != nil { object["portCli"] = Self.port(port, listeners) }
        object.set("logFile", logFile)
        if let probe {
            var rpc: JSONObject = ["ok": .bool(probe.isReachable)]
            rpc.set("error", probe.failure?.message)
            rpc.set("latencyMs", probe.latency)
            rpc["url"] = .string(access.target.endpoint.description)
            object["rpc"] = .object(rpc)
        }
        object["hints"] = .strings(troubles)
        object["extraServices"] = .array(extraServices.map(\.json))
        return .object(object)
    }

    private static func port(_ port: Int, _ listeners: [PortListener]) -> JSONValue {
        [
            "port": .int(port), "status": .string(listeners.isEmpty ? "free" : "busy"),
            "listeners": .array(listeners.map(\.json)), "hints": [],
        ]
    }
}
