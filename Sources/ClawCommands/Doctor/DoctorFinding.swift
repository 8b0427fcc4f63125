import ClawSupport

/// One thing that the doctor says.
struct DoctorFinding: Sendable, Hashable {
    enum State: String, Sendable, Hashable {
        case ok
        /// Works, but should be looked at.
        case warning
        case problem
        /// Was a problem until now.
        case repaired
    }

    var state: State
    var text: String
    /// What to do about it; nil where nothing has to be done.
    var fix: String?

    static func ok(_ text: String) -> DoctorFinding { DoctorFinding(state: .ok, text: text) }
    static func warning(_ text: String, fix: String? = nil) -> DoctorFinding {
        DoctorFinding(state: .warning, text: text, fix: fix)
    }
    static func problem(_ text: String, fix: String? = nil) -> DoctorFinding {
        DoctorFinding(state: .problem, text: text, fix: fix)
    }
    static func repaired(_ text: String) -> DoctorFinding { DoctorFinding(state: .repaired, text: text) }

    var json: JSONValue {
        var object: JSONObject = ["state": .string(state.rawValue), "text": .string(text)]
        object.set("fix", fix)
        return .object(object)
    }

    var style: TextStyle {
        switch self.state {
        case .ok, .repaired: .success
        case .warning: .warning
        case .problem: .error
        }
    }
}

/// What the doctor says about one part.
struct DoctorSection: Sendable, Hashable {
    var title: String
    var findings: [DoctorFinding]
}
