import ClawAgent
package import ClawCore
package import ClawSupport

/// The first files of an agent's workspace, for commands that set an installation up.
package enum WorkspacePreparation {
    /// Creates the folder and what is missing in it, and returns the names of the files that were created. What is there
    /// stays. Throws `ClawError` `storage` when it cannot be written.
    package static func prepare(_ workspace: String, time: any TimeSource) throws(ClawError) -> [String] {
        try WorkspaceSeed(workspace: workspace, time: time).prepare()
    }
}
