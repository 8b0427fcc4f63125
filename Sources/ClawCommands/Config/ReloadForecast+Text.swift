import ClawConfig

extension ConfigEditor.Outcome {
    /// What a running Gateway will do about this change.
    var forecast: ReloadForecast { ReloadForecast(from: before.configuration, to: snapshot.configuration) }
}

extension ReloadForecast {
    /// For a person who made a change.
    var sentence: String {
        switch self {
        case .applies: "A running gateway applies it at once."
        case .startsChannels(let ids):
            "A running gateway applies it at once, and reconnects \(ids.joined(separator: ", "))."
        case .restarts: "A running gateway restarts by itself to apply it."
        case .waits: "Restart the gateway to apply."
        }
    }

    /// For programs.
    var name: String {
        switch self {
        case .applies: "live"
        case .startsChannels: "channels"
        case .restarts: "restarts"
        case .waits: "restart-needed"
        }
    }
}
