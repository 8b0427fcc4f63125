import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// What was used, from transcripts (gateway-methods §12).
struct UsageMethodTests {
    private struct Bench {
        let methods: MethodBench
        let cost: UsageCost
        let list: SessionsUsage
        let series: SessionsUsageTimeseries
        let logs: SessionsUsageLogs
        let path: String

        init() throws {
            let transcript = """
                {"type":"session","version":3,"id":"s-1","timestamp":"2026-02-28T23:00:00.000Z","cwd":"/"}
                {"type":"message","id":"a1","parentId":null,"timestamp":"2026-02-28T23:30:00.000Z","message":{"role":"user","content":"Hello","timestamp":1772321400000}}
                {"type":"message","id":"a2","parentId":"a1","timestamp":"x","message":{"role":"assistant","content":[{"type":"text","text":"Hi"},{"type":"toolCall","id":"t","name":"read","arguments":{}}],"provider":"priced","model":"m","usage":{"input":1000000,"output":500000,"cacheRead":0,"cacheWrite":0},"stopReason":"toolUse","timestamp":1772321402000}}
                {"type":"message","id":"a3","parentId":"a2","timestamp":"x","message":{"role":"toolResult","toolCallId":"t","toolName":"read","content":[{"type":"text","text":"no"}],"isError":true,"timestamp":1772321403000}}
                {"type":"mess
                {"type":"message","id":"a4","parentId":"a3","timestamp":"x","message":{"role":"assistant","content":[{"type":"text","text":"Done"}],"provider":"unpriced","model":"m","usage":{"input":10,"output":5},"stopReason":"stop","timestamp":1772330400000}}
                {"type":"message","id":"a5","parentId":"a4","timestamp":"x","message":{"role":"assistant","content":[{"type":"text","text":"Paid"}],"provider":"unpriced","model":"m","usage":{"input":1,"output":1,"cost":{"input":0.25,"output":0.5,"total":0.75}},"stopReason":"stop","timestamp":1772330401000}}

                """
            methods = try MethodBench { directory in
                try directory.write(transcript, to: "agents/main/sessions/s-1.jsonl")
                try directory.write(
                    transcript, to: "agents/main/sessions/s-0.jsonl.reset.2026-02-28T00-00-00.000Z")
                try directory.write(transcript, to: "agents/main/sessions/s-1.jsonl.bak.2026-02-28T00-00-00.000Z")
                try directory.write(
                    #"{"agent:main:main":{"sessionId":"s-1","updatedAt":1772330401000,"label":"One"}}"#,
                    to: "agents/main/sessions/sessions.json")
            }
            let usage = UsageReader(directory: methods.state) { model in
                model.provider == "priced" ? ModelPrice(input: 2, output: 10) : nil
            }
            let sessions = UsageSessions(sessions: methods.sessions, usage: usage, keys: MethodBench.keys)
            let reports = ReportCache(time: methods.time)
            cost = UsageCost(usage: usage, reports: reports, time: methods.time, local: { .utc })
            list = SessionsUsage(sessions: sessions, reports: reports, time: methods.time, local: { .utc })
            series = SessionsUsageTimeseries(sessions: sessions)
            logs = SessionsUsageLogs(sessions: sessions)
            path = "agents/main/sessions/s-1.jsonl"
        }
    }

    @Test func reportsAreWhatTheTranscriptsSay() async throws {
        let bench = try Bench()
        var text = await bench.methods.transcript(
            bench.cost,
            [
                [:], ["startDate": "2026-03-01", "endDate": "2026-03-01"], ["days": "1"],
                ["startDate": "2026-03-01", "endDate": "2026-03-01", "mode": "specific", "utcOffset": "UTC+1"],
                ["mode": "specific", "utcOffset": "UTC+99"], ["startDate": "2026-02-30"], ["startDate": 3],
                ["startDate": "2026-03-01'; --", "unknown": 1],
            ])
        text += await bench.methods.transcript(
            bench.list,
            [
                [:], ["key": "agent:main:main", "includeContextWeight": true], ["key": "agent:x"],
                ["key": "../../etc/passwd"], ["limit": 0], ["mode": "mars"], ["unknown": 1], ["limit": 1],
            ])
        text += await bench.methods.transcript(
            bench.series, [["key": "main"], [:], ["key": "agent:main:nope"], ["key": "agent:x"], ["key": 5]])
        text += await bench.methods.transcript(
            bench.logs, [["key": "main"], ["key": "main", "limit": 1], [:], ["key": "agent:main:a/b"]])
        expectGolden(text, "usage.txt")
    }

    @Test func aReportIsKeptHalfAMinute() async throws {
        let bench = try Bench()
        let before = await bench.methods.answer(bench.cost, [:])
        try bench.methods.directory.write("", to: bench.path)
        #expect(await bench.methods.answer(bench.cost, [:]) == before)
        bench.methods.time.advance(by: .seconds(31))
        let after = await bench.methods.answer(bench.cost, [:])
        #expect(after["totals"]?["totalTokens"] == 1_500_017)
        #expect(before["totals"]?["totalTokens"] == 3_000_034)
    }

    @Test func aLongSeriesIsPutTogether() async throws {
        let bench = try MethodBench { directory in
            var lines = [#"{"type":"session","version":3,"id":"s-1","timestamp":"2026-02-28T23:00:00.000Z","cwd":"/"}"#]
            for number in 1...1001 {
                lines.append(
                    #"{"type":"message","id":"m\#(number)","message":{"role":"assistant","content":[],"provider":"p","model":"m","usage":{"input":1,"output":0},"timestamp":\#(number)}}"#
                )
            }
            try directory.write(lines.joined(separator: "\n"), to: "agents/main/sessions/s-1.jsonl")
        }
        let usage = UsageReader(directory: bench.state) { _ in nil }
        let method = SessionsUsageTimeseries(
            sessions: UsageSessions(sessions: bench.sessions, usage: usage, keys: MethodBench.keys))
        let points = await bench.answer(method, ["key": "agent:main:s-1"])["points"]?.arrayValue ?? []
        #expect(points.count <= 200 && points.count > 100)
        #expect(points.last?["cumulativeTokens"] == 1001)
        #expect(points.last?["timestamp"] == 1001)
    }
}
