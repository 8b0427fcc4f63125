import ClawAgent
import ClawCore
import ClawSupport
import Testing

@testable import ClawGateway

/// The functions that a caller offers, in both forms, and what is refused with which words.
@Suite struct OpenAIToolsTests {
    private func read(_ tools: String, _ choice: String = "null") throws -> OpenAITools {
        try OpenAITools(tools: try JSONParser.parse(tools), choice: try JSONParser.parse(choice))
    }

    private func fault(_ tools: String, _ choice: String) throws -> String? {
        do {
            _ = try read(tools, choice)
            return nil
        } catch let problem as HTTPProblem {
            return problem.status == 400 ? problem.message : "status \(problem.status)"
        }
    }

    private static let both = #"""
        [{"type":"function","name":"clock","description":"Tells\nthe time.","parameters":{"type":"object"},"strict":true},
        {"type":"function","function":{"name":"Dice-2","parameters":{}}}]
        """#

    @Test func bothFormsAreRead() throws {
        let tools = try read(Self.both)
        #expect(tools.definitions.map(\.name) == ["clock", "Dice-2"])
        #expect(tools.definitions.map(\.summary) == ["Tells", "A function of the client."])
        #expect(tools.definitions.map(\.description) == ["Tells\nthe time.", ""])
        #expect(
            tools.definitions.map(\.parameters) == [["type": "object"], ["type": "object", "properties": [:]]])
        #expect(tools.instruction == nil)
        #expect(tools.givenChoice == "auto")
        #expect(try read("null") == OpenAITools())
    }

    @Test func theChoiceIsHeeded() throws {
        #expect(try read(Self.both, #""none""#).definitions == [])
        let required = try read(Self.both, #""required""#)
        #expect(required.definitions.count == 2)
        #expect(required.instruction == "Before you answer, call at least one of these tools: clock, Dice-2.")
        for choice in [#"{"type":"function","name":"clock"}"#, #"{"type":"function","function":{"name":"clock"}}"#] {
            let named = try read(Self.both, choice)
            #expect(named.definitions.map(\.name) == ["clock"])
            #expect(named.instruction == "Before you answer, call the tool clock.")
            #expect(named.givenChoice.text == choice)
            #expect(named.given.count == 2)
        }
    }

    @Test(arguments: [
        ("7", "null", "tools: must be a list"),
        ("[7]", "null", "tools.0: must be an object"),
        ("[{}]", "null", "tools.0.type: is required"),
        (#"[{"type":"web_search"}]"#, "null", "tools.0.type: only functions are supported"),
        (#"[{"type":"function"}]"#, "null", "tools.0.name: is required"),
        (#"[{"type":"function","function":{}}]"#, "null", "tools.0.function.name: is required"),
        (#"[{"type":"function","function":{"name":"a"},"name":"b"}]"#, "null", "tools.0.name: is not known here"),
        (#"[{"type":"function","name":""}]"#, "null", "tools.0.name: must be 1 to 64 letters, digits, _ or -"),
        (#"[{"type":"function","name":"a b"}]"#, "null", "tools.0.name: must be 1 to 64 letters, digits, _ or -"),
        (#"[{"type":"function","name":"é"}]"#, "null", "tools.0.name: must be 1 to 64 letters, digits, _ or -"),
        (#"[{"type":"function","name":"a","x":1}]"#, "null", "tools.0.x: is not known here"),
        (#"[{"type":"function","name":"a","parameters":[]}]"#, "null", "tools.0.parameters: must be an object"),
        (
            #"[{"type":"function","name":"a"},{"type":"function","name":"a"}]"#, "null",
            "tools.1: there is a function of that name already"
        ),
        ("null", #""required""#, "invalid tool configuration"),
        ("null", #""any""#, "invalid tool configuration"),
        ("null", "7", "invalid tool configuration"),
        (#"[{"type":"function","name":"a"}]"#, #"{"type":"function","name":"b"}"#, "invalid tool configuration"),
        (#"[{"type":"function","name":"a"}]"#, #"{"type":"mcp"}"#, "invalid tool configuration"),
    ])
    func hostileToolsAreRefused(_ tools: String, _ choice: String, _ message: String) throws {
        #expect(try fault(tools, choice) == message)
    }

    @Test func thereIsALimit() throws {
        let names = (0...128).map { #"{"type":"function","name":"f\#($0)"}"# }
        #expect(try fault("[\(names.dropLast().joined(separator: ","))]", "null") == nil)
        #expect(try fault("[\(names.joined(separator: ","))]", "null") == "tools: must be at most 128")
    }

    @Test func anIdTellsOfWhichRunItIs() {
        let uuid = "0123abcd-0123-4123-8123-0123456789ab"
        let prefix = ClientCallID.prefix(run: "resp_\(uuid)")
        #expect(ClientCallID.prefix(run: "chatcmpl_\(uuid)") == prefix)
        #expect(ClientCallID.runs(of: "\(prefix)_1") == ["resp_\(uuid)", "chatcmpl_\(uuid)"])
        for foreign in ["", "call_1", "call_abc_1", "toolu_\(uuid)_1", "call_\(uuid)", "call_\(uuid.uppercased())_1"] {
            #expect(ClientCallID.runs(of: foreign) == [], "\(foreign)")
        }
    }

    private func outputs(_ messages: String) throws -> ClientCallOutputs? {
        OpenAIConversation(messages: try JSONParser.parse(messages).arrayValue ?? [])?.outputs
    }

    @Test func theEndOfAConversationSaysWhatFunctionsReturned() throws {
        let question = #"{"role":"user","content":"Weather?"}"#
        let call = #"{"role":"assistant","content":null,"tool_calls":[]}"#
        let first = #"{"role":"tool","tool_call_id":"c1","content":"rain"}"#
        let second = #"{"role":"tool","tool_call_id":"c2","content":""}"#
        let one = ClientCallOutputs.Output(call: "c1", text: "rain")
        let two = ClientCallOutputs.Output(call: "c2", text: "")
        #expect(try outputs("[\(question),\(call),\(first)]") == ClientCallOutputs([one]))
        #expect(try outputs("[\(question),\(call),\(first),\(second)]") == ClientCallOutputs([one, two]))
        #expect(try outputs("[\(question),\(call),\(first),\(call),\(second)]") == ClientCallOutputs([one, two]))
        #expect(
            try outputs("[\(first),\(question),\(call),\(second),\(question)]")
                == ClientCallOutputs([two], text: "Weather?"))
        #expect(try outputs("[\(question)]") == nil)
        #expect(
            try outputs(#"[\#(question),\#(call),\#(first),{"role":"assistant","content":"Rain."},\#(question)]"#)
                == nil)
    }
}
