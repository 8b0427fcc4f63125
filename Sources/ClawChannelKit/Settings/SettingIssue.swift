/// A value in a channel's section that is not what it should be.
package struct SettingIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// The full path of the value, such as `channels.irc.dmPolicy`.
    package let path: String
    package let message: String
    /// The values that are allowed, where there are few.
    package let allowed: [String]

    package init(path: String, message: String, allowed: [String] = []) {
        self.path = path
        self.message = message
        self.allowed = allowed
    }

    package var description: String {
        let choice = allowed.isEmpty ? "" : " Allowed: \(allowed.joined(separator: ", "))."
        return "\(path): \(message).\(choice)"
    }
}
