import ClawConfig
import ClawSupport
import ClawTestKit
import Testing

@Suite struct ConfigJSONSchemaTests {
    @Test func theSchemaIsThis() { expectGolden(ConfigJSONSchema.schema.prettyText + "\n", "../Golden/schema.json") }

    @Test func theHintsAreThese() { expectGolden(ConfigJSONSchema.hints.prettyText + "\n", "../Golden/hints.json") }

    /// What is a secret in the answer of `config.get` is one in the form.
    @Test func secretsAreMarked() {
        let marked = ConfigJSONSchema.hints.objectValue?.filter { $0.1["sensitive"] == true }.map(\.0) ?? []
        #expect(marked.contains("gateway.auth.token") && marked.contains("gateway.auth.password"))
        #expect(marked.contains("models.providers.*.apiKey"))
        #expect(!marked.contains("gateway.port"))
    }
}
