import Testing

@testable import ClawGateway

@Suite struct CanonicalPathTests {
    @Test(arguments: [
        ("/v1/models", "/v1/models"), ("/", "/"), ("", "/"), ("/v1//models/", "/v1/models"),
        ("/v1/./models", "/v1/models"),
        ("/x/../v1/models", "/v1/models"), ("/../../v1/models", "/v1/models"), ("/%76%31/models", "/v1/models"),
        ("/%2576%31/models", "/v1/models"), ("/v1%2Fmodels", "/v1/models"), ("/v1/models?x=/..", "/v1/models"),
        ("/v1/models#x", "/v1/models"), ("/caf%C3%A9", "/café"), ("/x/%2e%2e/v1/models", "/v1/models"),
        ("/x/%252e%252e/v1/models", "/v1/models"),
    ])
    func everySpellingOfAPathIsThatPath(_ target: String, _ path: String) { #expect(CanonicalPath.of(target) == path) }

    @Test(arguments: [
        "/%", "/%2", "/%zz", "/a%00b", "/a\\b", "/%5C..%5Cetc", "/%ff", "/%2525252525252525252525252e",
    ])
    func whatCannotBeReadIsNoPath(_ target: String) { #expect(CanonicalPath.of(target) == nil) }
}
