import ClawConfig
import ClawCore
import ClawSupport

/// The Gateway's service, as `openclaw status` tells of it.
struct StatusService: Sendable {
    let supervisor: any ServiceSupervisor
    let isInstalled: Bool
    /// Nil when it is not installed, or when the system cannot be asked.
    var state: ServiceState?
    /// Why the system could not be asked.
    var fault: String?

    /// The system is asked only about a service that is installed: that is a program to start, and takes time.
    static func look(_ context: CommandContext, _ location: ConfigLocation) async -> StatusService {
        let supervisor = ServiceControl.current(context, location).supervisor
        guard AtomicFile.exists(supervisor.definitionPath) else {
            return StatusService(supervisor: supervisor, isInstalled: false)
        }
        var service = StatusService(supervisor: supervisor, isInstalled: true)
        do {
            service.state = try await supervisor.state()
        } catch let error as ClawError {
            service.fault = error.message
        } catch {
            service.fault = "\(error)"
        }
        return service
    }

    var text: String {
        if !isInstalled { return "not installed (`openclaw gateway install`)" }
        guard let state else { return "installed, but \(fault ?? "its state is not known")" }
        let loaded = state.isLoaded ? supervisor.loadedText : supervisor.notLoadedText
        let pid = state.pid.map { ", pid \($0)" } ?? ""
        return "\(supervisor.label) (\(loaded), \(state.status.rawValue)\(pid))"
    }

    var style: TextStyle {
        if !isInstalled { return .muted }
        return state?.status == .running ? .success : .warning
    }

    var json: JSONValue {
        var object: JSONObject = ["label": .string(supervisor.label), "installed": .bool(isInstalled)]
        object.set("loaded", state?.isLoaded)
        object.set("runtime", state?.json)
        object.set("error", fault)
        if isInstalled { object["path"] = .string(supervisor.definitionPath) }
        return .object(object)
    }
}
