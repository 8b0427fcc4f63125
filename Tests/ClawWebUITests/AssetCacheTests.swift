import ClawSupport
import ClawTestKit
import Testing

@testable import ClawWebUI

struct AssetCacheTests {
    private func asset(_ size: Int) -> AssetSource.Asset {
        AssetSource.Asset(entityTag: "\(size)", content: [UInt8](repeating: 0, count: size))
    }

    private func stamp(_ nanoseconds: Int) -> AssetFile.Stamp {
        AssetFile.Stamp(inode: 1, size: 5, seconds: 9, nanoseconds: nanoseconds)
    }

    @Test func aFileIsReadOnceUntilItChanges() {
        let cache = AssetCache()
        var reads = 0
        for (name, stamp) in [("a", stamp(1)), ("a", stamp(1)), ("b", stamp(1)), ("a", stamp(2)), ("a", stamp(2))] {
            let found = cache.asset(name, stamp) {
                reads += 1
                return asset(reads)
            }
            #expect(found != nil)
        }
        #expect(reads == 3)
        #expect(cache.size == 3 + 2)
        #expect(cache.asset("gone", nil) { nil } == nil)
    }

    @Test func whatIsHeldIsBounded() {
        let cache = AssetCache()
        for number in 0..<20 { _ = cache.asset("\(number)", nil) { asset(1 << 20) } }
        #expect(cache.size <= 8 << 20 && cache.size > 0)
        _ = cache.asset("huge", nil) { asset(9 << 20) }
        #expect(cache.size <= 8 << 20)
    }

    /// A page that is built anew is shown, though it is as long as the one before.
    @Test func aFileOfTheSameLengthIsAnotherOne() throws {
        let directory = try TemporaryDirectory("web")
        try directory.write("one", to: "index.html")
        let assets = WebAssets.locate(explicit: directory.path, executable: "/nowhere/openclaw")
        let first = assets.response(forPath: "/")
        #expect(assets.response(forPath: "/") == first)
        try AtomicFile.write(Array("two".utf8), to: "\(directory.path)/index.html")
        let second = assets.response(forPath: "/")
        #expect(first.body == Array("one".utf8) && second.body == Array("two".utf8))
        let tags = [first, second].map { $0.headers.first { $0.name == "ETag" }?.value }
        #expect(tags[0] != tags[1])
    }
}
