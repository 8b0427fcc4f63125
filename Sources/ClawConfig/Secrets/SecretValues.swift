package import ClawSupport

/// The secrets that references led to, taken all at one time. Replaced whole or not at all.
package struct SecretValues: Sendable {
    package static let none = SecretValues([:])

    private let values: [SecretReference: Redacted]

    package init(_ values: [SecretReference: Redacted]) { self.values = values }

    package subscript(reference: SecretReference) -> Redacted? { values[reference] }

    package var isEmpty: Bool { values.isEmpty }

    /// The secrets themselves, for hiding them elsewhere.
    var texts: Set<String> { Set(values.values.map { $0.reveal() }) }

    /// The references that lead to something else here than in `other`.
    package func changes(from other: SecretValues) -> Set<SecretReference> {
        Set(values.keys).union(other.values.keys).filter { reference in
            guard let new = values[reference], let old = other.values[reference] else { return true }
            return !new.matches(old.reveal())
        }
    }

    /// These over those of `other`.
    package func over(_ other: SecretValues) -> SecretValues { SecretValues(other.values.merging(values) { $1 }) }
}

/// What secrets of a configuration are read from.
struct SecretSources {
    let environment: [String: String]
    let providers: SecretProviders
    let values: SecretValues

    /// The secret behind a reference; nil when there is none, or it was not taken yet.
    func value(of reference: SecretReference) -> Redacted? {
        if reference.source != .env { return values[reference] }
        guard case .environment(let allowlist)? = providers.provider(for: reference),
            allowlist?.contains(reference.id) != false, let value = environment[reference.id], !value.isEmpty
        else { return nil }
        return Redacted(value)
    }

    /// A section in which each reference gives way to its secret; one that leads to none goes.
    func filling(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .object(let object):
            if let reference = SecretReference(value) { return self.value(of: reference).map { .string($0.reveal()) } }
            var output = JSONObject()
            for (key, member) in object { output.set(key, filling(member)) }
            return .object(output)
        case .array(let elements): return .array(elements.compactMap(filling))
        default: return value
        }
    }
}
