import ClawCore
package import ClawProtocol
import ClawStore
import ClawSupport

/// Every method that this Gateway has, by name. A name that is not here does not exist: there are no stubs.
package struct MethodTable: Sendable {
    /// A method with what a call of it needs to know first.
    package struct Entry: Sendable {
        package let method: any GatewayMethod
        package let access: MethodAccess
        package let inPlace: (any InPlaceMethod)?
    }

    private let entries: [String: Entry]
    /// The names of `hello-ok.features.methods`, in the order of the reference.
    package let advertised: [String]

    /// Of two methods with one name the later one counts.
    package init(methods: [any GatewayMethod]) {
        var table: [String: Entry] = [:]
        for method in methods {
            table[type(of: method).name] = Entry(
                method: method, access: type(of: method).access, inPlace: method as? any InPlaceMethod)
        }
        entries = table
        let names = methods.filter { type(of: $0).advertised }.map { type(of: $0).name }
        var seen: Set<String> = []
        advertised = MethodOrder.sorted(names.filter { seen.insert($0).inserted })
    }

    /// All names with their access, sorted, for documentation and conformance tests.
    package var rows: [(name: String, access: MethodAccess, advertised: Bool)] {
        entries.sorted { $0.key < $1.key }.map { name, entry in
            (name, entry.access, type(of: entry.method).advertised)
        }
    }

    /// The method, if the caller may use it. The access check comes before the check that the method exists, so that a caller
    /// without `operator.admin` learns nothing about names.
    package func entry(_ name: String, for connection: ClientConnection) throws(WireError) -> Entry {
        let entry = entries[name]
        let access = entry?.access ?? .admin
        if let text = access.refusal(role: connection.role, scopes: connection.scopes) {
            throw WireError(.invalidRequest, text)
        }
        guard let entry else { throw WireError(.invalidRequest, "unknown method: \(name)") }
        return entry
    }

    /// Runs a method that was found and makes its outcome a response; never throws. Nil after cancellation, when nobody is
    /// left to read an answer.
    package static func respond(
        _ method: any GatewayMethod, _ frame: RequestFrame, _ context: MethodContext
    ) async -> ResponseFrame? {
        do {
            return ResponseFrame(id: frame.id, payload: try await method.call(frame.params, context))
        } catch is CancellationError {
            return nil
        } catch {
            return failure(frame.id, error)
        }
    }

    /// Looks up and runs a call: what a connection does for methods that wait, and what tests use.
    package func respond(to frame: RequestFrame, context: MethodContext) async -> ResponseFrame? {
        do {
            let entry = try entry(frame.method, for: context.connection)
            return await Self.respond(entry.method, frame, context)
        } catch {
            return ResponseFrame(id: frame.id, error: error)
        }
    }

    package static func failure(_ id: String, _ error: any Error) -> ResponseFrame {
        if let failure = error as? MethodFailure {
            return ResponseFrame(id: id, error: failure.error, payload: failure.payload)
        }
        if let error = error as? any StoreFault {
            return ResponseFrame(id: id, error: WireError(ClawError(store: error)))
        }
        return ResponseFrame(id: id, error: WireError(any: error))
    }
}
