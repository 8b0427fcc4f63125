/// What a running Gateway will do about a change of its file, for whoever makes the change. Pure.
package enum ReloadForecast: Sendable, Hashable {
    /// It takes the change up within a second.
    case applies
    /// It does, and starts the channels of these ids anew.
    case startsChannels([String])
    /// It restarts in its process to take it up.
    case restarts
    /// Nothing, until somebody restarts it (`gateway.reload.mode`).
    case waits

    package init(from old: Configuration, to new: Configuration) {
        let plan = ReloadPlan(from: old.effective, to: new.effective)
        self =
            switch new.gateway.reload.mode.decision(plan) {
            case .apply where plan.channels.isEmpty: .applies
            case .apply: .startsChannels(plan.channels.sorted())
            case .restart: .restarts
            case .postpone: .waits
            }
    }

    /// What happens when something beside the configuration changes that is read anew without a restart, such as stored keys.
    package init(reading mode: ReloadMode) { self = mode == .off ? .waits : .applies }
}
