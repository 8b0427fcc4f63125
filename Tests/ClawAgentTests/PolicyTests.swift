import ClawAgent
import ClawCore
import ClawSupport
import Testing

struct PolicyTests {
    private let known: Set<String> = ["read", "write", "exec", "apply_patch", "session_status", "cron", "message"]

    private func allowed(_ policy: ToolPolicy, owner: Bool = true) -> [String] {
        let resolved = policy.resolved(for: known)
        return known.sorted().filter { resolved.objection(to: $0, senderIsOwner: owner) == nil }
    }

    @Test func everythingIsAllowedByDefaultButOwnerTools() {
        #expect(allowed(ToolPolicy()) == known.sorted())
        #expect(allowed(ToolPolicy(), owner: false) == known.subtracting(["cron"]).sorted())
        #expect(
            ToolPolicy().objection(to: "cron", senderIsOwner: false)
                == "only the owner of this Gateway may use it")
    }

    @Test func profilesNarrow() {
        #expect(allowed(ToolPolicy(profile: .minimal)) == ["session_status"])
        #expect(
            allowed(ToolPolicy(profile: .coding)) == ["apply_patch", "cron", "exec", "read", "session_status", "write"])
        #expect(allowed(ToolPolicy(profile: .messaging, alsoAllow: ["read"])) == ["message", "read", "session_status"])
        #expect(allowed(ToolPolicy(profile: .full)) == known.sorted())
    }

    @Test func denialBeatsPermissionAndStepsNarrow() {
        let policy = ToolPolicy(steps: [.init(allow: ["group:fs", "exec"], deny: ["write"]), .init(allow: ["*e*"])])
        #expect(allowed(policy) == ["exec", "read"])
        #expect(allowed(ToolPolicy(steps: [.init(allow: ["exec"])])) == ["apply_patch", "exec"])
        #expect(
            allowed(ToolPolicy(steps: [.init(deny: ["BASH"])])) == known.subtracting(["exec", "apply_patch"]).sorted())
        #expect(allowed(ToolPolicy(steps: [.init(allow: ["raed"])])) == known.sorted(), "a list that names no tool")
        #expect(
            allowed(ToolPolicy(steps: [.init(allow: ["group:openclaw"])])) == ["cron", "message", "session_status"])
    }

    @Test func argumentsAreChecked() {
        let schema: JSONObject = [
            "type": "object",
            "properties": [
                "mode": ["type": "string", "enum": ["a", "b"]],
                "count": ["type": "integer", "minimum": 1, "maximum": 9],
                "list": ["type": "array", "items": ["type": "string", "minLength": 1]],
                "deep": ["type": "object", "properties": ["x": ["type": "boolean"]], "required": ["x"]],
            ], "required": ["mode"], "additionalProperties": false,
        ]
        #expect(
            ArgumentSchema.problems(in: ["mode": "a", "count": 3.0, "list": ["x"], "deep": nil], schema: schema).isEmpty
        )
        #expect(
            ArgumentSchema.problems(
                in: ["mode": "c", "count": 10, "list": ["", 1], "deep": [:], "more": 1], schema: schema) == [
                    "mode must be one of \"a\", \"b\".", "count must be at most 9.", "list[0] must not be empty.",
                    "list[1] must be a string, not a number.", "deep.x is required.",
                    "more is not a parameter (known: mode, count, list, deep).",
                ])
        #expect(
            ArgumentSchema.problems(in: ["count": 1.5], schema: schema) == [
                "mode is required.", "count must be an integer, not a number.",
            ])
    }

    @Test func habitualNamesAreTranslated() {
        let schema: JSONObject = ["properties": ["path": [:], "oldText": [:]]]
        #expect(
            ArgumentSchema.withoutAliases(["file_path": "a", "old_string": "b", "new_string": "c"], schema: schema)[
                "path"]
                == "a")
        #expect(
            ArgumentSchema.withoutAliases(["file_path": "a", "path": "b"], schema: schema)
                == ["file_path": "a", "path": "b"])
    }

    @Test(arguments: [
        "stop", " STOP! ", "/stop", "Please stop.", "stop  the agent", "Stop don’t do anything", "停止。", "стоп!!", "esc",
    ])
    func stopWordsAreKnown(_ text: String) { #expect(AbortPhrase.isStop(text)) }

    @Test(arguments: ["stop it", "please wait", "don't stop", "", "stopping", "exit code 1", "!"])
    func otherWordsAreNot(_ text: String) { #expect(!AbortPhrase.isStop(text)) }

    @Test func resetTriggersAreRead() {
        #expect(ResetTrigger("/new").map { [$0.command, $0.rest] } == ["/new", ""])
        #expect(ResetTrigger("  /RESET  plan the day ").map { [$0.command, $0.rest] } == ["/reset", "plan the day"])
        #expect(ResetTrigger("fresh start", triggers: ["Fresh"]).map { [$0.command, $0.rest] } == ["fresh", "start"])
        #expect(ResetTrigger("/newer") == nil)
        #expect(ResetTrigger("say /new") == nil)
    }

    @Test func modelsAreFound() throws {
        let catalog = ModelCatalog([])
        #expect(throws: ProviderError(.modelNotFound, "No model provider \"x\" is set up (known: none).")) {
            try catalog.resolve(ModelReference(provider: "x", model: "y"))
        }
    }
}
