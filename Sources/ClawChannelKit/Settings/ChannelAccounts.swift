package import ClawCore
package import ClawSupport

/// The accounts of a channel's section.
package enum ChannelAccounts {
    /// The ids under `accounts`, in lower case and sorted; only `default` when there are none.
    package static func ids(in section: JSONObject) -> [AccountID] {
        let keys = Set((section["accounts"]?.objectValue ?? [:]).keys.map { $0.lowercased() })
        return keys.isEmpty ? [.default] : keys.sorted().map { AccountID($0) }
    }

    /// The settings of one account: the top level with `accounts.<id>` laid over it, key by key and not deeper. What another
    /// account says never leaks into it.
    package static func merged(_ section: JSONObject, account: AccountID) -> JSONObject {
        var merged = section
        merged["accounts"] = nil
        merged["defaultAccount"] = nil
        for (key, value) in section["accounts"]?.objectValue ?? [:] where key.lowercased() == account.rawValue {
            for (name, setting) in value.objectValue ?? [:] { merged[name] = setting }
        }
        return merged
    }

    /// The account that sends when none is named: `defaultAccount`, else `default` where there is one, else the first.
    package static func outbound(in section: JSONObject) -> AccountID {
        let ids = ids(in: section)
        if let name = section["defaultAccount"]?.stringValue, ids.contains(AccountID(name)) { return AccountID(name) }
        return ids.contains(.default) ? .default : ids[0]
    }
}
