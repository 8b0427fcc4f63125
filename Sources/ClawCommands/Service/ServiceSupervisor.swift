import ClawCore
import ClawSupport

/// What the system says of the Gateway's service.
struct ServiceState: Sendable, Hashable {
    enum Status: String, Sendable, Hashable {
        case running
        case stopped
        case unknown
    }

    /// Whether the system starts it by itself.
    var isLoaded: Bool
    var status: Status
    /// The system's own word, as `active`.
    var word: String?
    var detail: String?
    var pid: Int?
    var lastExitStatus: Int?

    var json: JSONValue {
        var object: JSONObject = ["status": .string(status.rawValue)]
        object.set("state", word)
        object.set("subState", detail)
        object.set("pid", pid)
        object.set("lastExitStatus", lastExitStatus)
        return .object(object)
    }
}

/// The part of an operating system that keeps services running: systemd for a user, or launchd.
protocol ServiceSupervisor: Sendable {
    /// What the system is called where results name it.
    var label: String { get }
    var loadedText: String { get }
    var notLoadedText: String { get }
    /// The file that describes the service.
    var definitionPath: String { get }
    /// The variable by which the service knows its own name.
    var ownVariable: ServicePlan.Variable { get }

    func definition(of plan: ServicePlan) -> String
    /// Whether the text is one that `definition` made.
    func isOurs(_ text: String) -> Bool
    func command(in text: String) -> ServiceCommand?
    /// Throws `ClawError` when the system cannot be asked.
    func state() async throws -> ServiceState
    /// Makes the system read the file, start the service with the session, and start it now.
    func load() async throws
    /// Stops the service and takes it from what starts by itself; the file is still there.
    func unload() async throws
    /// Makes the system forget a file that has gone.
    func forget() async throws
    func start() async throws
    func stop() async throws
    func restart() async throws
    /// What the person should know after an installation.
    func remarks() async -> [String]
}

extension ServiceSupervisor {
    func json(isLoaded: Bool) -> JSONValue {
        [
            "label": .string(label), "loaded": .bool(isLoaded), "loadedText": .string(loadedText),
            "notLoadedText": .string(notLoadedText),
        ]
    }
}
