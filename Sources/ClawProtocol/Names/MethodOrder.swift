/// The order in which `hello-ok.features.methods` names methods. It is a table of order only: a name in it is offered when a
/// method of that name exists.
package enum MethodOrder {
    package static let reference: [String] = [
        "health", "doctor.memory.status", "logs.tail", "channels.status", "channels.logout", "status", "usage.status",
        "usage.cost", "tts.status", "tts.providers", "tts.enable", "tts.disable", "tts.convert", "tts.setProvider",
        "config.get", "config.set", "config.apply", "config.patch", "config.schema", "exec.approvals.get",
        "exec.approvals.set", "exec.approvals.node.get", "exec.approvals.node.set", "exec.approval.request",
        "exec.approval.waitDecision", "exec.approval.resolve", "wizard.start", "wizard.next", "wizard.cancel",
        "wizard.status", "talk.config", "talk.mode", "models.list", "tools.catalog", "agents.list", "agents.create",
        "agents.update", "agents.delete", "agents.files.list", "agents.files.get", "agents.files.set", "skills.status",
        "skills.bins", "skills.install", "skills.update", "update.run", "voicewake.get", "voicewake.set",
        "secrets.reload", "secrets.resolve", "sessions.list", "sessions.preview", "sessions.patch", "sessions.reset",
        "sessions.delete", "sessions.compact", "last-heartbeat", "set-heartbeats", "wake", "node.pair.request",
        "node.pair.list", "node.pair.approve", "node.pair.reject", "node.pair.verify", "device.pair.list",
        "device.pair.approve", "device.pair.reject", "device.pair.remove", "device.token.rotate", "device.token.revoke",
        "node.rename", "node.list", "node.describe", "node.invoke", "node.invoke.result", "node.event",
        "node.canvas.capability.refresh", "cron.list", "cron.status", "cron.add", "cron.update", "cron.remove",
        "cron.run", "cron.runs", "system-presence", "system-event", "send", "agent", "agent.identity.get", "agent.wait",
        "browser.request", "chat.history", "chat.abort", "chat.send",
    ]

    /// `names` in the order of the reference; names that it does not know follow in the order given.
    package static func sorted(_ names: [String]) -> [String] {
        let present = Set(names)
        let known = reference.filter(present.contains)
        let knownSet = Set(known)
        return known + names.filter { !knownSet.contains($0) }
    }
}
