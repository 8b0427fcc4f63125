import ClawSupport
import ClawTestKit

/// The small installation that the recorded Gateway ran on, made again from what its answers say: three sessions, one of them
/// compacted and one with a damaged line, and a phone that was paired before.
enum RecordedState {
    static let configuration: JSONObject = [
        "models": [
            "providers": [
                "scripted": [
                    "baseUrl": "http://127.0.0.1:9/v1", "apiKey": "unused", "api": "openai-completions",
                    "models": [["id": "one", "name": "one", "contextWindow": 200_000, "maxTokens": 8192]],
                ]
            ]
        ],
        "agents": [
            "defaults": [
                "model": ["primary": "scripted/one"], "workspace": "~/state/workspace", "skipBootstrap": true,
            ]
        ],
    ]

    static func write(to state: String) throws {
        let sessions = "\(state)/agents/main/sessions"
        for folder in [sessions, "\(state)/devices"] { try AtomicFile.makeDirectory(folder) }
        try write(.object(index), to: "\(sessions)/sessions.json")
        try write(.object(phones), to: "\(state)/devices/paired.json")
        for (id, lines) in [(mainID, mainTranscript), (carolID, carolTranscript), (gardenID, gardenTranscript)] {
            let header =
                #"{"type":"session","version":3,"id":"\#(id)","timestamp":"2026-03-01T08:00:00.000Z","cwd":"/"}"#
            let text = ([header] + lines).joined(separator: "\n") + "\n"
            try AtomicFile.write(Array(text.utf8), to: "\(sessions)/\(id).jsonl")
        }
    }

    private static func write(_ value: JSONValue, to path: String) throws {
        try AtomicFile.write(Array(value.prettyText.utf8), to: path)
    }

    private static let mainID = "7b1d3c52-0a4e-4f7e-9d58-1f2a60c0aa01"
    private static let carolID = "0f9e8d7c-6b5a-4c3d-8e2f-1a0b9c8d7e6f"
    private static let gardenID = "c0ffee00-1111-4222-8333-444455556666"

    private static let index: JSONObject = [
        "agent:main:main": [
            "sessionId": .string(mainID), "updatedAt": 1_772_352_031_000, "sessionFile": .string("\(mainID).jsonl"),
            "systemSent": true, "chatType": "direct", "thinkingLevel": "low", "label": "Roses", "compactionCount": 1,
            "inputTokens": 5400, "outputTokens": 120, "totalTokens": 5520, "totalTokensFresh": true,
            "contextTokens": 200_000, "modelProvider": "anthropic", "model": "claude-opus-4-6",
            "deliveryContext": ["channel": "irc", "to": "bob", "accountId": "default"], "lastChannel": "irc",
            "lastTo": "bob", "lastAccountId": "default",
            "origin": [
                "label": "bob", "provider": "irc", "surface": "irc", "chatType": "direct", "from": "irc:bob",
                "to": "bob",
                "accountId": "default",
            ],
            "skillsSnapshot": [
                "prompt": "<available_skills></available_skills>",
                "skills": [["name": "weather", "primaryEnv": "WEATHER_KEY"]], "version": 3,
            ],
            "futureField": ["nested": ["kept", 7, nil]], "futureFlag": false,
        ],
        "agent:main:irc:direct:carol!carol@host": [
            "sessionId": .string(carolID), "updatedAt": 1_772_352_006_000, "chatType": "direct",
            "abortedLastRun": false, "verboseLevel": "off", "origin": ["label": "carol", "provider": "irc"],
        ],
        "agent:main:irc:group:#garden": [
            "sessionId": .string(gardenID), "updatedAt": 1_772_352_003_000, "channel": "irc", "chatType": "group",
            "subject": "#garden", "displayName": "irc:#garden", "deliveryContext": ["channel": "irc"],
            "lastChannel": "irc",
        ],
    ]

    private static let phones: JSONObject = [
        "2a8a67061490f6ab6c96992c7f1e44f385fea9cf42c4b63a2dbae244d675e58d": [
            "deviceId": "2a8a67061490f6ab6c96992c7f1e44f385fea9cf42c4b63a2dbae244d675e58d",
            "publicKey": "gpe1POdBQ-UPHz75SHcZYk0YTJbn1F0O24oqTbXhr-g", "displayName": "Old phone",
            "platform": "android", "deviceFamily": "Android", "clientId": "openclaw-android", "clientMode": "ui",
            "role": "operator", "roles": ["operator"], "scopes": ["operator.read", "operator.write"],
            "approvedScopes": ["operator.read", "operator.write"], "createdAtMs": 1_772_352_000_000,
            "approvedAtMs": 1_772_352_000_001, "futureDeviceField": ["colour": "green"],
            "tokens": [
                "operator": [
                    "token": "old-phone-token", "role": "operator", "scopes": ["operator.read", "operator.write"],
                    "createdAtMs": 1_772_352_000_000, "lastUsedAtMs": 1_772_352_000_005,
                ]
            ],
        ]
    ]

    /// One line of a transcript; `second` counts from the beginning of the recording's day.
    private static func message(_ number: Int, at second: Int, _ message: JSONObject) -> String {
        var message = message
        message["timestamp"] = .int(1_772_352_000_000 + second * 1000)
        return line(number, ["type": "message", "message": .object(message)])
    }

    private static func line(_ number: Int, _ fields: JSONObject) -> String {
        var object = fields
        object["id"] = .string("1000000\(number)")
        object["parentId"] = number == 1 ? .null : .string("1000000\(number - 1)")
        object["timestamp"] = "2026-03-01T08:00:20.000Z"
        return JSONValue.object(object).text
    }

    private static func user(_ text: String) -> JSONObject {
        ["role": "user", "content": [["type": "text", "text": .string(text)]]]
    }

    private static func assistant(_ blocks: [JSONValue], stop: JSONValue = "stop") -> JSONObject {
        [
            "role": "assistant", "content": .array(blocks), "api": "anthropic-messages", "provider": "anthropic",
            "model": "claude-opus-4-6", "usage": ["input": 10, "output": 2], "stopReason": stop,
        ]
    }

    private static let mainTranscript: [String] = [
        message(1, at: 1, user("OLD-QUESTION about the garden")),
        message(
            2, at: 2,
            assistant([
                ["type": "thinking", "thinking": "They mean roses.", "thinkingSignature": "opaque"],
                ["type": "text", "text": "OLD-ANSWER: prune in March."],
            ])),
        message(3, at: 10, user("KEPT-QUESTION list files")),
        message(
            4, at: 11,
            assistant(
                [
                    ["type": "text", "text": "Looking."],
                    ["type": "toolCall", "id": "call_1", "name": "exec", "arguments": ["command": "ls"]],
                ], stop: "toolUse")),
        message(
            5, at: 12,
            [
                "role": "toolResult", "toolCallId": "call_1", "toolName": "exec",
                "content": [["type": "text", "text": "KEPT-RESULT a.txt"]], "isError": false,
            ]),
        message(6, at: 13, assistant([["type": "text", "text": "KEPT-ANSWER: one file, a.txt."]])),
        line(7, ["type": "model_change", "provider": "anthropic", "modelId": "claude-opus-4-6"]),
        line(8, ["type": "custom", "customType": "note", "data": [:]]),
        line(
            9,
            [
                "type": "compaction", "summary": "They talked about roses.", "firstKeptEntryId": "10000003",
                "tokensBefore": 5000,
            ]),
        message(10, at: 30, user("AFTER-QUESTION thanks")),
        message(11, at: 31, assistant([["type": "text", "text": "AFTER-ANSWER: you are welcome."]])),
    ]

    private static let carolTranscript: [String] = [
        message(1, at: 4, user("FIRST-LINE before the damage")), "{\"type\":\"message\",\"id\":\"10000002\",",
        message(3, at: 5, user("THIRD-LINE")),
        message(4, at: 6, assistant([["type": "text", "text": "FOURTH-LINE"]])),
    ]

    private static let gardenTranscript: [String] = [message(1, at: 3, user("Hello garden"))]
}
