/// What stands in an answer for what the caller's scopes do not reach.
package enum Withheld {
    package static let text = "[redacted]"
}
