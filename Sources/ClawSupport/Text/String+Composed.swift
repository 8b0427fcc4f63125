@_spi(_Unicode) import Swift

extension String {
    /// The same text in Unicode's normalization form C, in which each letter has one spelling. Text of European scripts, which
    /// has no combining characters, is returned as it is.
    package var composed: String {
        // Below U+0300 every scalar is its own composition and none combines.
        if unicodeScalars.allSatisfy({ $0.value < 0x300 }) { return self }
        var scalars = UnicodeScalarView()
        scalars.reserveCapacity(utf8.count)
        for scalar in _nfc { scalars.append(scalar) }
        return String(scalars)
    }
}
