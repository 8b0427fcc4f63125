/// Who sleeps until when: a queue of deadlines whose sleepers may be taken out at any time.
///
/// What is cancelled leaves at once, apart from two words of its place in the heap, and those go as soon as they are more than
/// the sleepers that are left.
struct SleepQueue<Sleeper> {
    struct ID: Sendable, Hashable {
        fileprivate let value: UInt64
    }

    private struct Place {
        let deadline: UInt64
        let id: UInt64

        /// Those who sleep until the same moment wake in the order in which they came.
        func isBefore(_ other: Place) -> Bool { (deadline, id) < (other.deadline, other.id) }
    }

    private var sleepers: [UInt64: Sleeper] = [:]
    /// A binary heap, the earliest first; it may hold places of sleepers that are gone.
    private var places: [Place] = []
    private var nextID: UInt64 = 0

    var count: Int { sleepers.count }

    /// How many places are kept, with those of sleepers that are gone.
    var placeCount: Int { places.count }

    /// The moment of the next waking, which may be that of a sleeper who is gone; nil when nobody sleeps.
    var nextDeadline: UInt64? { sleepers.isEmpty ? nil : places.first?.deadline }

    /// An id for a sleeper to come, so that it can be cancelled before it is there.
    mutating func makeID() -> ID {
        nextID += 1
        return ID(value: nextID)
    }

    mutating func add(_ sleeper: Sleeper, as id: ID, until deadline: UInt64) {
        sleepers[id.value] = sleeper
        places.append(Place(deadline: deadline, id: id.value))
        rise(from: places.count - 1)
    }

    /// Takes a sleeper out; nil when it is not, or no longer, there.
    mutating func remove(_ id: ID) -> Sleeper? {
        guard let sleeper = sleepers.removeValue(forKey: id.value) else { return nil }
        if places.count > 2 * sleepers.count + 64 { forgetEmptyPlaces() }
        return sleeper
    }

    /// Takes out everybody who sleeps until `now` or less, the earliest first.
    mutating func wake(at now: UInt64) -> [Sleeper] {
        var woken: [Sleeper] = []
        while let first = places.first, first.deadline <= now {
            removeFirst()
            if let sleeper = sleepers.removeValue(forKey: first.id) { woken.append(sleeper) }
        }
        return woken
    }

    private mutating func forgetEmptyPlaces() {
        places = places.filter { sleepers[$0.id] != nil }
        // A sorted array is a heap.
        places.sort { $0.isBefore($1) }
    }

    private mutating func removeFirst() {
        places.swapAt(0, places.count - 1)
        places.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < places.count && places[child].isBefore(places[least]) { least = child }
            if least == index { return }
            places.swapAt(index, least)
            index = least
        }
    }

    private mutating func rise(from start: Int) {
        var index = start
        while index > 0, places[index].isBefore(places[(index - 1) / 2]) {
            places.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }
}
