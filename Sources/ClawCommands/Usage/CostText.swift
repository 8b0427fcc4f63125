/// Amounts for people: dollars to the cent from one dollar up, below to a hundredth of a cent; tokens in thousands and
/// millions.
enum CostText {
    static func dollars(_ amount: Double?) -> String {
        guard let amount, amount.isFinite, amount >= 0, amount < 1e12 else { return "-" }
        if amount == 0 { return "$0" }
        if amount < 0.000_05 { return "<$0.0001" }
        let places = amount < 0.999_95 ? 4 : 2
        let scale = places == 4 ? 10_000 : 100
        let units = Int((amount * Double(scale)).rounded())
        let fraction = "\(units % scale)"
        return "$\(units / scale).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
    }

    /// `950`, `12.3k`, `4.5M`.
    static func tokens(_ count: Int?) -> String {
        guard let count else { return "-" }
        for (unit, name) in [(1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")] where count >= unit {
            let tenths = count / (unit / 10)
            return tenths % 10 == 0 || tenths >= 1000 ? "\(tenths / 10)\(name)" : "\(tenths / 10).\(tenths % 10)\(name)"
        }
        return "\(count)"
    }
}
