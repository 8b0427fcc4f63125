/// The version of this program. It follows the calendar versions of the protocol's reference, which clients compare.
package enum ProductVersion {
    package static let current = "2026.3.3"
}
