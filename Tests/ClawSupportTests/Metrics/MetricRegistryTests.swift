import ClawSupport
import ClawTestKit
import CoreMetrics
import Testing

/// What is counted through swift-metrics, as Prometheus reads it.
struct MetricRegistryTests {
    private static let calls = MetricFamily("calls_total", "Calls, \"all\" of them\\.", .counter, seriesLimit: 3)
    private static let seconds = MetricFamily("seconds", "Times.", .histogram(bounds: [0.5, 2]))
    private static let rare = MetricFamily("rare_total", "Rare.", .counter, showsZero: false)

    private func text(_ registry: MetricRegistry) -> String {
        String(decoding: PrometheusText.bytes(registry.snapshot), as: UTF8.self)
    }

    @Test func theTextIsThatOfTheFormat() {
        let registry = MetricRegistry([Self.calls, Self.seconds, Self.rare])
        Counter(label: "calls_total", dimensions: [("to", "b")], factory: registry).increment(by: 2)
        let hostile = "a\"} 1\n\\x"
        Counter(label: "calls_total", dimensions: [("to", hostile)], factory: registry).increment()
        _ = Counter(label: "rare_total", factory: registry)
        let timer = Timer(label: "seconds", factory: registry)
        for milliseconds in [0, 500, 501, 2000, 9000] { timer.recordMilliseconds(milliseconds) }
        #expect(
            text(registry) == """
                # HELP calls_total Calls, "all" of them\\\\.
                # TYPE calls_total counter
                calls_total{to="a\\"} 1\\n\\\\x"} 1
                calls_total{to="b"} 2
                # HELP seconds Times.
                # TYPE seconds histogram
                seconds_bucket{le="0.5"} 2
                seconds_bucket{le="2.0"} 4
                seconds_bucket{le="+Inf"} 5
                seconds_sum 12.001
                seconds_count 5

                """)
    }

    @Test func oneSeriesIsOneHoweverOftenItIsMade() {
        let registry = MetricRegistry([Self.calls])
        for _ in 1...3 { Counter(label: "calls_total", dimensions: [("to", "a")], factory: registry).increment() }
        #expect(text(registry).contains("calls_total{to=\"a\"} 3\n"))
    }

    /// Whatever values labels take, there are only so many series, and nothing is lost from the sum.
    @Test func labelsCannotMakeSeriesWithoutEnd() {
        let registry = MetricRegistry([Self.calls])
        for number in 1...1000 {
            Counter(label: "calls_total", dimensions: [("to", "name \(number)")], factory: registry).increment()
        }
        let samples = registry.snapshot.flatMap(\.samples)
        #expect(samples.count == 4)
        #expect(text(registry).contains("calls_total{to=\"other\"} 997\n"))
        let long = String(repeating: "x", count: 100_000)
        let other = MetricRegistry([Self.calls])
        Counter(label: "calls_total", dimensions: [("to", long)], factory: other).increment()
        #expect(text(other).contains("calls_total{to=\"\(long.prefix(100))\"} 1\n"))
    }

    @Test func whatIsNotDeclaredIsNotKept() {
        let registry = MetricRegistry([Self.calls])
        Counter(label: "unheard_total", factory: registry).increment()
        Timer(label: "calls_total", factory: registry).recordNanoseconds(1)
        Gauge(label: "calls_total", factory: registry).record(1)
        #expect(text(registry) == "")
    }

    @Test func manyThreadsLoseNothing() async {
        let registry = MetricRegistry([Self.calls, Self.seconds])
        let counter = Counter(label: "calls_total", factory: registry)
        let timer = Timer(label: "seconds", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...8 {
                group.addTask {
                    for _ in 1...10_000 {
                        counter.increment()
                        timer.recordNanoseconds(1000)
                    }
                }
            }
        }
        #expect(text(registry).contains("calls_total 80000\n"))
        #expect(text(registry).contains("seconds_bucket{le=\"0.5\"} 80000\n"))
    }
}
