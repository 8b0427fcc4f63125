import ClawClientTesting
import ClawProtocol
import ClawSupport

/// What the Gateway of these tests answers.
enum ScriptedAnswers {
    static let now: Int64 = 1_772_352_000_000

    static let payloads: [String: JSONValue] = [
        "health": [
            "ok": true, "durationMs": 3,
            "channels": [
                "irc": [
                    "accountId": "default", "configured": true, "running": true,
                    "accounts": [
                        "default": ["accountId": "default", "configured": true, "running": true],
                        "work": [
                            "accountId": "work", "configured": true, "running": true, "connected": true,
                            "probe": ["ok": false, "error": "The server did not answer within 1000 ms."],
                        ],
                    ],
                ]
            ],
            "channelOrder": ["irc"], "channelLabels": ["irc": "IRC"],
            "agents": [["agentId": "main", "isDefault": true]],
            "sessions": ["count": 2],
        ],
        "status": ["sessions": ["count": 2]],
        "usage.cost": [
            "days": 30,
            "daily": [
                used("date", "2026-02-28", input: 900, output: 150, cache: 12_000, cost: 0.0123),
                used("date", "2026-03-01", input: 1_250_000, output: 34_000, cache: 0, cost: 12.5),
            ],
            "totals": ["totalTokens": 1_297_050, "totalCost": 12.5123, "missingCostEntries": 3],
        ],
        "sessions.usage": [
            "startDate": "2026-01-31", "endDate": "2026-03-01",
            "sessions": [
                [
                    "key": "agent:main:main", "usage": used("x", "", input: 900, output: 150, cache: 0, cost: 0.25),
                ],
                ["key": "agent:main:idle", "usage": .null],
            ],
            "totals": ["totalTokens": 1050, "totalCost": 0.25],
            "aggregates": [
                "byModel": [
                    [
                        "provider": "anthropic", "model": "claude-sonnet-4-5",
                        "totals": used("x", "", input: 900, output: 150, cache: 0, cost: 0.25),
                    ]
                ],
                "byAgent": [
                    ["agentId": "main", "totals": used("x", "", input: 900, output: 150, cache: 0, cost: 0.000_01)]
                ],
            ],
        ],
        "sessions.delete": ["ok": true],
        "system-event": ["ok": true], "last-heartbeat": ["ts": .int64(now - 90_000), "status": "ok-token"],
        "system-presence": [
            [
                "host": "box", "mode": "gateway", "version": "1.0", "platform": "linux 6.1", "reason": "self",
                "ts": .int64(now),
            ],
            ["host": "phone\u{1B}[31m", "mode": "ui", "reason": "disconnect", "ts": .int64(now - 120_000)],
        ],
        "agents.delete": [
            "ok": true, "agentId": "work", "removedBindings": 1,
            "moved": ["/state/trash/work.2026-03-01/sessions"],
        ],
        "channels.logout": [
            "channel": "irc", "accountId": "default", "cleared": true, "loggedOut": true,
            "clearedPaths": ["channels.irc.password"], "left": [],
        ],
        "channels.status": [
            "channelOrder": ["irc", "telegram"], "channelLabels": ["irc": "IRC", "telegram": "Telegram"],
            "channelAccounts": [
                "irc": [
                    [
                        "accountId": "default", "enabled": true, "configured": true, "running": true, "connected": true,
                        "probe": ["ok": true, "host": "irc.test", "latencyMs": 12],
                        "dmPolicy": "pairing", "lastInboundAt": .int64(now - 65_000), "reconnectAttempts": 2,
                    ]
                ],
                "telegram": [
                    [
                        "accountId": "bot", "enabled": true, "configured": true, "running": false, "mode": "polling",
                        "tokenSource": "config", "lastError": "401 Unauthorized",
                    ]
                ],
            ],
        ],
        "sessions.list": [
            "count": 3, "defaults": ["modelProvider": "demo", "model": "scripted"],
            "sessions": [
                [
                    "key": "agent:main:main", "kind": "direct", "updatedAt": .int64(now - 3000), "model": "scripted",
                    "totalTokens": 1200, "contextTokens": 8000,
                ],
                ["key": "agent:main:irc:channel:#swift", "kind": "group", "updatedAt": .null, "model": "scripted"],
                [
                    "key": "agent:main:irc:direct:bob", "kind": "direct", "updatedAt": .int64(now - 60 * 86_400_000),
                    "model": "scripted",
                ],
            ],
        ],
        "device.pair.list": [
            "pending": [
                [
                    "requestId": "r-old", "deviceId": "aa", "clientId": "cli", "role": "operator",
                    "scopes": ["operator.read"], "ts": .int64(now - 60_000),
                ],
                [
                    "requestId": "r-new", "deviceId": "bb", "displayName": "Phone", "platform": "ios 18",
                    "role": "operator", "scopes": ["operator.read", "operator.write"], "remoteIp": "192.0.2.7",
                    "ts": .int64(now - 5000),
                ],
            ],
            "paired": [
                [
                    "deviceId": "cc", "displayName": "Laptop", "roles": ["operator"], "scopes": ["operator.admin"],
                    "tokens": [["role": "operator"], ["role": "node", "revokedAtMs": 5]],
                ]
            ],
        ],
        "secrets.reload": ["ok": true, "warningCount": 0],
        "logs.tail": [
            "file": "/tmp/openclaw/openclaw-2026-03-01.log", "cursor": 10, "size": 10,
            "lines": [
                .string(
                    #"{"0":"{\"subsystem\":\"gateway\"}","1":"listening","_meta":{"logLevelName":"INFO"},"time":"2026-03-01T08:00:00.000Z"}"#
                ),
                .string(
                    #"{"0":"{\"subsystem\":\"channel.irc\"}","1":"IRC connected","_meta":{"logLevelName":"INFO"},"time":"2026-03-01T08:00:01.000Z"}"#
                ), "not json",
            ], "truncated": false, "reset": false,
        ],
        "device.pair.reject": ["requestId": "r", "deviceId": "bb"], "device.pair.remove": ["deviceId": "cc"],
        "device.token.rotate": ["deviceId": "cc", "role": "operator", "token": "new-token", "scopes": []],
        "device.token.revoke": ["deviceId": "cc", "role": "operator", "revokedAtMs": 1],
    ]

    private static func used(
        _ key: String, _ value: String, input: Int, output: Int, cache: Int, cost: Double
    ) -> JSONValue {
        [
            key: .string(value), "input": .int(input), "output": .int(output), "cacheRead": .int(cache),
            "cacheWrite": 0,
            "totalTokens": .int(input + output + cache), "totalCost": .double(cost),
        ]
    }

    static var script: ScriptedGateway.Script {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            if request.method == "device.pair.approve" {
                return [
                    ScriptedGateway.ok(
                        request, ["requestId": request.params["requestId"] ?? .null, "device": ["deviceId": "bb"]])
                ]
            }
            guard let payload = payloads[request.method] else {
                return [
                    ScriptedGateway.refusal(request, WireError(.invalidRequest, "unknown method: \(request.method)"))
                ]
            }
            return [ScriptedGateway.ok(request, payload)]
        }
        return script
    }
}
