import ClawSupport
import Testing

struct ZonedClockTests {
    private func text(_ zone: String, _ iso: String) throws -> String {
        let clock = try #require(ZonedClock(zone))
        let time = clock.time(at: try #require(ISOTimestamp.parse(iso)))
        return "\(time.weekdayName) \(time.dateText) \(time.clockText) \(time.zoneName)"
    }

    @Test func zonesAndSummerTime() throws {
        #expect(try text("UTC", "2026-03-01T08:00:00Z") == "Sun 2026-03-01 08:00 UTC")
        #expect(try text("Europe/Berlin", "2026-03-29T00:59:59Z") == "Sun 2026-03-29 01:59 CET")
        #expect(try text("Europe/Berlin", "2026-03-29T01:00:00Z") == "Sun 2026-03-29 03:00 CEST")
        #expect(try text("Europe/Berlin", "2045-07-01T12:00:00Z") == "Sat 2045-07-01 14:00 CEST")
        #expect(try text("Europe/Berlin", "2045-12-31T23:30:00Z") == "Mon 2046-01-01 00:30 CET")
        #expect(try text("America/New_York", "2026-11-01T05:59:00Z") == "Sun 2026-11-01 01:59 EDT")
        #expect(try text("America/New_York", "2026-11-01T06:00:00Z") == "Sun 2026-11-01 01:00 EST")
        #expect(try text("Australia/Sydney", "2050-01-15T00:00:00Z") == "Sat 2050-01-15 11:00 AEDT")
        #expect(try text("Asia/Kolkata", "2026-01-01T00:00:00Z") == "Thu 2026-01-01 05:30 IST")
        #expect(try text("America/Sao_Paulo", "2050-01-01T00:00:00Z") == "Fri 2049-12-31 21:00 -03")
        #expect(try text("Europe/Berlin", "1985-07-01T12:00:00Z") == "Mon 1985-07-01 14:00 CEST")
    }

    @Test func unknownNamesAreRefused() {
        for name in ["", "Nowhere/Town", "../../etc/passwd", "/etc/localtime", "Europe", "a b", "Europe/Ber\0lin"] {
            #expect(ZonedClock(name) == nil, "\(name)")
        }
    }

    @Test func theMachineHasAZone() {
        let time = ZonedClock.local().time(at: 1_772_352_000_000)
        #expect(time.offset % 900 == 0)
        #expect(!time.zoneName.isEmpty)
    }
}
