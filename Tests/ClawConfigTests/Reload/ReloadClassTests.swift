import ClawSupport
import ClawTestKit
import Testing

@testable import ClawConfig

/// What a change of each key of the reference does, over all of them.
@Suite struct ReloadClassTests {
    /// A key that comes new is not in the file, and fails.
    @Test func everyKeyHasItsClass() {
        let lines = ConfigKeys.all.map { "\($0.path): \(ConfigReference.effect(of: $0).rawValue)\n" }
        expectGolden(lines.joined(), "reload-classes.txt")
    }

    /// What no rule names restarts, which is safe and nobody's decision.
    @Test func everyKeyIsNamedByARule() {
        for key in ConfigKeys.all {
            #expect(ReloadPlan.rules.contains { $0.fits(key.path) }, "\(key.path)")
        }
        #expect(ReloadPlan.effect(of: "somethingNew") == .restart)
    }

    /// A change that the comparison does not see would never take effect.
    @Test func aChangeOfEachKeyIsSeenAndDecidedByItsClass() {
        // It is fixed, and known so that it gives no warning.
        for key in ConfigKeys.all where key.path != "session.mainKey" {
            let sample = KeySample(key)
            let old = Configuration.parse(sample.without).configuration.effective
            let new = Configuration.parse(sample.with).configuration.effective
            let plan = ReloadPlan(from: old, to: new)
            #expect(!plan.isEmpty, "\(key.path)")
            let decisions = ReloadMode.allCases.map { $0.decision(plan) }
            let isOfReload = key.path.hasPrefix("gateway.reload.")
            switch ReloadPlan.effect(of: key.path) {
            case .restart:
                #expect(decisions == [.restart, .postpone, .restart, .postpone], "\(key.path)")
                #expect(plan.restartPaths == plan.paths && plan.channels.isEmpty, "\(key.path)")
            case .channel:
                #expect(decisions == [.apply, .apply, .restart, .postpone], "\(key.path)")
                #expect(plan.channels == ["sample"], "\(key.path)")
            default:
                #expect(decisions == [.apply, .apply, .restart, isOfReload ? .apply : .postpone], "\(key.path)")
                #expect(plan.restartPaths.isEmpty && plan.channels.isEmpty, "\(key.path)")
            }
        }
    }
}
