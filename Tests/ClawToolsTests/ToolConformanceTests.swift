import ClawCore
import ClawSupport
import ClawTestKit
import ClawTools
import Testing

struct ToolConformanceTests {
    @Test func everyToolKeepsToThePort() async throws {
        let fixture = try ToolFixture()
        #expect(fixture.allTools.count == 5)
        for tool in fixture.allTools {
            let suite = ToolConformance(tool: tool)
            suite.checkDefinition()
            await suite.checkBadCalls(fixture.invocation([:]))
        }
        #expect(Set(fixture.allTools.map(\.definition.name)).count == 5)
        #expect(fixture.folder.read("workspace/hello.txt") == "hello\n")
    }
}
