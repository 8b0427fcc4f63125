/// Metrics in the text format 0.0.4 of Prometheus.
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families without samples are left out.
    package static func bytes(_ families: [(family: MetricFamily, samples: [MetricSample])]) -> [UInt8] {
        var output: [UInt8] = []
        for (family, samples) in families {
            let shown = family.showsZero ? samples : samples.filter { !$0.value.isZero }
            if shown.isEmpty { continue }
            write("# HELP \(family.name) \(escaped(family.help, quotes: false))\n", into: &output)
            write("# TYPE \(family.name) \(type(family.kind))\n", into: &output)
            for sample in shown { write(sample, of: family, into: &output) }
        }
        return output
    }

    private static func type(_ kind: MetricFamily.Kind) -> String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    private static func write(_ sample: MetricSample, of family: MetricFamily, into output: inout [UInt8]) {
        switch sample.value {
        case .whole(let value): line(family.name, sample.labels, "\(value)", into: &output)
        case .number(let value): line(family.name, sample.labels, number(value), into: &output)
        case .histogram(let counts, let sum):
            guard case .histogram(let bounds) = family.kind else { return }
            var total: Int64 = 0
            for (position, count) in counts.enumerated() {
                total += count
                var labels = sample.labels
                let bound = position < bounds.count ? number(bounds[position]) : "+Inf"
                labels.pairs.append(MetricLabels.Pair(name: "le", value: bound))
                line("\(family.name)_bucket", labels, "\(total)", into: &output)
            }
            line("\(family.name)_sum", sample.labels, number(sum), into: &output)
            line("\(family.name)_count", sample.labels, "\(total)", into: &output)
        }
    }

    private static func line(_ name: String, _ labels: MetricLabels, _ value: String, into output: inout [UInt8]) {
        var text = name
        if !labels.pairs.isEmpty {
            text += "{"
            text += labels.pairs.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            text += "}"
        }
        write("\(text) \(value)\n", into: &output)
    }

    /// Nothing in a value can end its line or its quotes.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": output += #"\\"#
            case "\n": output += #"\n"#
            case "\"" where quotes: output += #"\""#
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    private static func write(_ text: String, into output: inout [UInt8]) { output.append(contentsOf: text.utf8) }
}
