import ClawSupport

extension JSONValue {
    /// A count of tokens as a vendor reports it; what cannot be one, such as a negative number, reads as 0.
    var tokenCount: Int? { quantityValue.map { max(0, $0) } }
}
