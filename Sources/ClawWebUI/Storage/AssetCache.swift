import Synchronization

/// The files of the page that were asked for, so that they are neither read nor hashed again for every visitor.
final class AssetCache: Sendable {
    private struct State {
        var assets: [String: (stamp: AssetFile.Stamp?, asset: AssetSource.Asset)] = [:]
        var size = 0
    }

    /// Bytes. A page has about one million; of a folder with more, what was asked for last is kept.
    private static let limit = 8 << 20

    private let state = Mutex(State())

    /// The file with this name as it was with `stamp`, nil for what never changes. `read` is called when it is not known.
    func asset(_ name: String, _ stamp: AssetFile.Stamp?, read: () -> AssetSource.Asset?) -> AssetSource.Asset? {
        let known = state.withLock { state in state.assets[name].flatMap { $0.stamp == stamp ? $0.asset : nil } }
        if let known { return known }
        guard let asset = read() else { return nil }
        state.withLock { state in
            if let old = state.assets.removeValue(forKey: name) { state.size -= old.asset.content.count }
            if asset.content.count > Self.limit { return }
            if state.size + asset.content.count > Self.limit { state = State() }
            state.assets[name] = (stamp, asset)
            state.size += asset.content.count
        }
        return asset
    }

    /// Bytes that are held.
    var size: Int { state.withLock { $0.size } }
}
