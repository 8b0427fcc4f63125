import ClawAgent
import ClawCore
import ClawSupport
import Logging
import ServiceLifecycle

/// Puts the first files into the workspaces of the agents, beside the start of everything else. Files that are there stay as
/// they are.
struct WorkspaceService: Service {
    /// Absolute paths.
    let workspaces: [String]
    let time: any TimeSource

    func run() async throws {
        let logger = Logger(label: "openclaw.workspace")
        for workspace in workspaces {
            do {
                let created = try WorkspaceSeed(workspace: workspace, time: time).prepare()
                if !created.isEmpty { logger.info("workspace prepared", metadata: ["path": "\(workspace)"]) }
            } catch {
                logger.error("workspace cannot be prepared", metadata: ["path": "\(workspace)", "error": "\(error)"])
            }
        }
        // Returning would end the whole group of services.
        try await gracefulShutdown()
    }
}
