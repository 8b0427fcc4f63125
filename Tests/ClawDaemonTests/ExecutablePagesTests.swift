import Testing

@testable import ClawDaemon

@Suite struct ExecutablePagesTests {
    private static func entry(_ head: String, anonymous: Int) -> String {
        """
        \(head)
        Size:                 96 kB
        Rss:                  96 kB
        Anonymous:            \(anonymous) kB
        VmFlags: rd mr mw me

        """
    }

    @Test func onlyUntouchedReadOnlyMappingsOfFilesAreGivenBack() {
        let smaps = [
            Self.entry("55e000000000-55e000010000 r-xp 00000000 08:01 1 /opt/claw/open claw", anonymous: 0),
            Self.entry("55e000010000-55e000020000 r--p 00010000 08:01 1 /opt/claw/open claw", anonymous: 64),
            Self.entry("55e000020000-55e000030000 rw-p 00020000 08:01 1 /opt/claw/open claw", anonymous: 0),
            Self.entry("55e000030000-55e000040000 rw-p 00000000 00:00 0 [heap]", anonymous: 64),
            Self.entry("7f0000000000-7f0000001000 r--p 00000000 08:01 2 /usr/lib/libc.so.6", anonymous: 0),
            Self.entry("7f0000001000-7f0000002000 r-xs 00000000 08:01 3 /dev/shm/shared", anonymous: 0),
            Self.entry("7f0000002000-7f0000003000 r--p 00000000 00:00 0 ", anonymous: 0),
            Self.entry("7fff00000000-7fff00001000 r-xp 00000000 00:00 0 [vdso]", anonymous: 0),
        ].joined()
        #expect(
            ExecutablePages.releasable(in: smaps) == [
                0x55e0_0000_0000..<0x55e0_0001_0000, 0x7f00_0000_0000..<0x7f00_0000_1000,
            ])
    }

    @Test(arguments: [
        "", "nonsense", "1-2", "2-1 r-xp 0 0 0 /a\nAnonymous: 0 kB", "Anonymous: 0 kB", "- r-xp 0 0 0 /a",
    ])
    func otherTextsNameNothing(_ text: String) {
        #expect(ExecutablePages.releasable(in: text) == [])
    }

    @Test func theProcessGoesOnAfterwards() {
        ExecutablePages.release()
        #expect((1...100).reduce(0, +) == 5050)
    }
}
