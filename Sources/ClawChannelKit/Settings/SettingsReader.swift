package import ClawSupport

/// Takes typed values out of a section and collects what is wrong. A wrong value reads as absent; the reader of a safety
/// setting chooses the most restrictive value when there is an issue.
package struct SettingsReader {
    package let section: JSONObject
    package let path: String
    package private(set) var issues: [SettingIssue] = []

    package init(_ section: JSONObject, path: String) {
        self.section = section
        self.path = path
    }

    package mutating func string(_ key: String) -> String? {
        guard let value = present(key) else { return nil }
        if let text = value.stringValue { return text }
        return wrong(key, "must be a string, not \(value.kindName)")
    }

    package mutating func bool(_ key: String) -> Bool? {
        guard let value = present(key) else { return nil }
        if let flag = value.boolValue { return flag }
        return wrong(key, "must be true or false, not \(value.kindName)", allowed: ["true", "false"])
    }

    package mutating func int(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = present(key) else { return nil }
        if let number = value.intValue, range.contains(number) { return number }
        return wrong(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// A list of strings; numbers are taken as the text they are written with, since ids are often written so.
    package mutating func strings(_ key: String) -> [String]? {
        guard let value = present(key) else { return nil }
        guard let elements = value.arrayValue else { return wrong(key, "must be a list, not \(value.kindName)") }
        var texts: [String] = []
        for (position, element) in elements.enumerated() {
            switch element {
            case .string(let text): texts.append(text)
            case .number(let number): texts.append(number.lexeme)
            default: report("\(key)[\(position)]", "must be a string, not \(element.kindName)")
            }
        }
        return texts
    }

    package mutating func object(_ key: String) -> JSONObject? {
        guard let value = present(key) else { return nil }
        if let object = value.objectValue { return object }
        return wrong(key, "must be an object, not \(value.kindName)")
    }

    /// One of the raw values of an enumeration.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, _ type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let value = present(key) else { return nil }
        if let text = value.stringValue, let choice = Choice(rawValue: text) { return choice }
        let shown = value.stringValue.map { "“\($0)”" } ?? value.kindName
        return wrong(key, "cannot be \(shown)", allowed: Choice.allCases.map(\.rawValue))
    }

    package mutating func report(_ key: String, _ message: String, allowed: [String] = []) {
        issues.append(SettingIssue(path: "\(path).\(key)", message: message, allowed: allowed))
    }

    package mutating func adopt(_ others: [SettingIssue]) { issues += others }

    private func present(_ key: String) -> JSONValue? {
        guard let value = section[key], !value.isNull else { return nil }
        return value
    }

    private mutating func wrong<Value>(_ key: String, _ message: String, allowed: [String] = []) -> Value? {
        report(key, message, allowed: allowed)
        return nil
    }
}
