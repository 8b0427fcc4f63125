import Testing

@testable import ClawProviders

@Suite struct ToolCallIdentifierTests {
    @Test func keepsPlainIDs() {
        #expect(ToolCallIdentifier.fitted("toolu_01-AZ") == "toolu_01-AZ")
        #expect(ToolCallIdentifier.mistral("abcDEF012") == "abcDEF012")
    }

    @Test(arguments: ["", "call|fc_1", "zwölf", String(repeating: "x", count: 65)])
    func replacesOthersAlwaysInTheSameWay(id: String) {
        let fitted = ToolCallIdentifier.fitted(id)
        #expect(fitted == ToolCallIdentifier.fitted(id))
        #expect(fitted.count == 29)
        #expect(fitted == ToolCallIdentifier.fitted(fitted))
        #expect(ToolCallIdentifier.mistral(id).count == 9)
    }

    @Test func tellsOthersApart() {
        #expect(ToolCallIdentifier.fitted("a|b") != ToolCallIdentifier.fitted("a/b"))
        #expect(ToolCallIdentifier.fitted(String(repeating: "x", count: 41), limit: 40).count == 29)
    }
}
