/// A dictionary that forgets what was not used for the longest time when its cost exceeds its limit.
struct BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot {
        var value: Value
        var cost: Int
        var lastUse: UInt64
    }

    private let limit: Int
    private var slots: [Key: Slot] = [:]
    private var clock: UInt64 = 0
    private(set) var totalCost = 0

    /// `limit` bounds the sum of all costs.
    init(limit: Int) { self.limit = limit }

    var count: Int { slots.count }

    /// Reading counts as use. Setting costs 1.
    subscript(key: Key) -> Value? {
        mutating get {
            guard let index = slots.index(forKey: key) else { return nil }
            clock += 1
            slots.values[index].lastUse = clock
            return slots.values[index].value
        }
        set {
            guard let newValue else { return remove(key) }
            set(newValue, for: key, cost: 1)
        }
    }

    /// Something that costs more than the whole limit is not kept.
    mutating func set(_ value: Value, for key: Key, cost: Int) {
        remove(key)
        if cost > limit { return }
        clock += 1
        slots[key] = Slot(value: value, cost: cost, lastUse: clock)
        totalCost += cost
        while totalCost > limit, let oldest = slots.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            remove(oldest)
        }
    }

    mutating func remove(_ key: Key) {
        if let slot = slots.removeValue(forKey: key) { totalCost -= slot.cost }
    }
}
