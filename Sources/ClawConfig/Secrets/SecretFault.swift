/// Why a reference leads to no secret. Its words never hold anything of a secret, nor of what a program or file said.
package struct SecretFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}
