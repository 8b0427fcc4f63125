package import ClawCore
package import ClawSupport

/// What happened in transcripts in one day or several. Names of tools and models beyond a limit are counted together, so
/// that no transcript makes it large.
package struct UsageTally: Sendable, Hashable {
    package struct Model: Sendable, Hashable {
        package var count = 0
        package var totals = UsageTotals()

        package init(count: Int = 0, totals: UsageTotals = UsageTotals()) {
            self.count = count
            self.totals = totals
        }
    }

    private static let nameLimit = 200
    private static let latencyLimit = 1000

    package var totals = UsageTotals()
    package var messages = MessageCounts()
    /// Calls by tool.
    package var tools: [String: Int] = [:]
    package var models: [ModelReference: Model] = [:]
    /// Milliseconds from a question to the answer, of the first answers.
    package var latencies: [Int] = []
    /// Milliseconds since 1970; nil when nothing happened.
    package var firstActivity: Int64?
    package var lastActivity: Int64?

    package init() {}

    package mutating func add(_ other: UsageTally) {
        totals.add(other.totals)
        messages.add(other.messages)
        for (name, count) in other.tools { addTool(name, count: count) }
        for (model, part) in other.models { add(part, to: model) }
        latencies += other.latencies.prefix(max(0, Self.latencyLimit - latencies.count))
        if let first = other.firstActivity { touch(first) }
        if let last = other.lastActivity { touch(last) }
    }

    mutating func touch(_ time: Int64) {
        firstActivity = min(firstActivity ?? time, time)
        lastActivity = max(lastActivity ?? time, time)
    }

    mutating func addTool(_ name: String, count: Int = 1) {
        let isKnown = tools[name] != nil || tools.count < Self.nameLimit
        tools[isKnown ? String(name.prefix(128)) : "(others)", default: 0] += count
    }

    mutating func add(_ part: Model, to model: ModelReference) {
        let isKnown = models[model] != nil || models.count < Self.nameLimit
        let place = isKnown ? model : ModelReference(provider: "(others)", model: "(others)")
        models[place, default: Model()].count += part.count
        models[place, default: Model()].totals.add(part.totals)
    }

    mutating func addLatency(_ milliseconds: Int) {
        if latencies.count < Self.latencyLimit { latencies.append(milliseconds) }
    }
}

/// The days of a calendar: which one a moment belongs to.
package struct DayCalendar: Sendable {
    /// Tells two calendars apart in caches.
    package let name: String
    private let dayAt: @Sendable (Int64) -> CivilDate

    package init(name: String, day: @escaping @Sendable (Int64) -> CivilDate) {
        self.name = name
        dayAt = day
    }

    /// The day that contains `milliseconds` since 1970.
    package func day(at milliseconds: Int64) -> CivilDate { dayAt(milliseconds) }
}
