import ClawConfig
import ClawCore
import ClawSupport

/// What an account of a channel logs in with, as its section names it.
package struct ChannelCredentials: Sendable, Hashable {
    /// Keys of the section, such as `sasl.password`.
    package var keys: [String]
    /// Variables of the environment that stand in for keys of the account `default`.
    package var variables: [String]

    package init(keys: [String], variables: [String] = []) {
        self.keys = keys
        self.variables = variables
    }
}

/// The changes of the configuration that log an account out: what it logs in with is taken out, and it is switched off, so
/// that it does not come back as somebody without a password. Pure.
struct ChannelLogout: Sendable {
    let account: AccountID
    let changes: [ConfigEditor.Change]
    /// What was taken out, as paths of the configuration.
    let cleared: [String]
    /// What the account could still log in with: it belongs to others, too, or stands outside of the file.
    let left: [String]

    /// - Parameters:
    ///   - section: all of `channels.<channel>`.
    ///   - accounts: the accounts that the section stands for.
    init(
        _ channel: ChannelID, _ account: AccountID, section: JSONObject, accounts: [AccountID],
        credentials: ChannelCredentials, environment: [String: String]
    ) {
        self.account = account
        let base = ConfigPath().appending("channels").appending(channel.rawValue)
        let own = (section["accounts"]?.objectValue ?? [:]).first { $0.0.lowercased() == account.rawValue }
        // Without accounts of its own the section is the account; with some, its top level is everybody's.
        let isWhole = section["accounts"]?.objectValue?.isEmpty ?? true
        let place = isWhole ? base : base.appending("accounts").appending(own?.0 ?? account.rawValue)
        let mine = isWhole ? section : own?.1.objectValue ?? [:]
        let isAlone = accounts == [account]
        var (changes, cleared, left): ([ConfigEditor.Change], [String], [String]) = (
            [.set(place.appending("enabled").description, false)], [], []
        )
        func path(_ base: ConfigPath, _ key: String) -> String {
            key.split(separator: ".").reduce(base) { $0.appending(String($1)) }.description
        }
        for key in credentials.keys {
            if Self.has(key, in: mine) { cleared.append(path(place, key)) }
            if !isWhole, Self.has(key, in: section) {
                if isAlone { cleared.append(path(base, key)) } else { left.append(path(base, key)) }
            }
        }
        if account == .default {
            left += credentials.variables.filter { environment[$0]?.isEmpty == false }.map { "\($0) (environment)" }
        }
        changes += cleared.map { .unset($0) }
        (self.changes, self.cleared, self.left) = (changes, cleared, left)
    }

    private static func has(_ key: String, in section: JSONObject) -> Bool {
        var value = JSONValue.object(section)
        for part in key.split(separator: ".") {
            guard let next = value[String(part)] else { return false }
            value = next
        }
        return !value.isNull
    }
}
