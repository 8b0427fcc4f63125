import ClawConfig
import ClawSupport
import Testing

@Suite struct SecretReferenceTests {
    private func reads(_ text: String) throws -> Bool {
        SecretReference(try JSON5Document.parse(text).value) != nil
    }

    @Test(arguments: [
        "{source: 'env', provider: 'default', id: 'KEY_1'}", "{source: 'env', id: 'K'}",
        "{source: 'file', provider: 'a-b_c1', id: '/a/b~0~1'}", "{source: 'file', provider: 'v', id: 'value'}",
        "{source: 'exec', provider: 'v', id: 'Team/key:1.2_3-4'}",
    ])
    func aReferenceIsRead(_ text: String) throws { #expect(try reads(text)) }

    @Test(arguments: [
        "'KEY'", "{source: 'env', id: 'key'}", "{source: 'env', id: '_KEY'}", "{source: 'env', id: ''}",
        "{source: 'env', id: 'KEY', extra: 1}", "{source: 'env', provider: 'V', id: 'KEY'}",
        "{source: 'env', provider: '1v', id: 'KEY'}", "{source: 'env', provider: 5, id: 'KEY'}",
        "{source: 'file', provider: 'v', id: 'a/b'}", "{source: 'file', provider: 'v', id: '/a~2'}",
        "{source: 'file', provider: 'v', id: '/a~'}", "{source: 'exec', provider: 'v', id: '/a'}",
        "{source: 'exec', provider: 'v', id: 'a b'}", "{source: 'exec', provider: 'v', id: 'a;b'}",
        "{source: 'exec', provider: 'v', id: 'ä'}", "{source: 'vault', provider: 'v', id: 'a'}",
        "{source: 'env'}", "{id: 'KEY'}",
    ])
    func anythingElseIsNone(_ text: String) throws { #expect(try !reads(text)) }

    @Test func lengthsAreLimited() throws {
        func text(_ count: Int) -> String { String(repeating: "A", count: count) }
        for (source, limit) in [("env", 128), ("exec", 256)] {
            #expect(try reads("{source: '\(source)', provider: 'v', id: '\(text(limit))'}"))
            #expect(try !reads("{source: '\(source)', provider: 'v', id: '\(text(limit + 1))'}"))
        }
        #expect(try reads("{source: 'env', provider: '\(text(64).lowercased())', id: 'A'}"))
        #expect(try !reads("{source: 'env', provider: '\(text(65).lowercased())', id: 'A'}"))
    }
}
