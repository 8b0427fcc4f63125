import ClawProtocol

extension GatewayClientError {
    /// Whether a later try may go well without anybody doing anything: the Gateway restarts, the network is away. A wrong
    /// secret or certificate, a device that is not paired, or another protocol stay what they are.
    package var healsWithTime: Bool {
        switch self {
        case .unreachable, .timedOut: true
        case .closed(let code, let reason):
            switch code {
            case CloseCode.policyViolation.rawValue: reason == "slow consumer"
            case 1002, 1003, 1007, 1009, 1010: false
            default: true
            }
        case .refused(let error, _): error.retryable == true || error.code == .unavailable
        case .untrusted, .tooLarge, .malformed: false
        }
    }
}
