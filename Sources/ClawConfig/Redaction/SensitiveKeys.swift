/// Keys whose values are secrets, recognised by name so that a key nobody has thought of is covered too.
enum SensitiveKeys {
    private static let parts = ["password", "passwd", "passphrase", "secret", "apikey", "privatekey", "credential"]
    private static let endings = ["token", "tokens", "authorization", "cookie", "serviceaccount", "signingkey"]
    private static let pathEndings = ["file", "path", "dir"]

    /// Whether the value of this key is a secret, or holds only secrets.
    static func matches(_ key: String) -> Bool {
        // The working directory, as shells name it.
        if key == "PWD" || key == "OLDPWD" { return false }
        let name = String(key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." })
        if name == "secrets" || pathEndings.contains(where: name.hasSuffix) { return false }
        return parts.contains(where: name.contains) || endings.contains(where: name.hasSuffix)
            || name.hasSuffix("pwd")
    }

    /// Whether all strings below this key are secrets whatever their names are: headers and variables.
    static func isWhole(_ key: String) -> Bool {
        key == "headers" || key == "env"
    }
}
