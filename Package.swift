// swift-tools-version: 6.2
import PackageDescription

/// The one settings constant: every target of this package is compiled with it.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let core: [Target.Dependency] = ["ClawSupport", "ClawCore"]

/// One entry per channel: its folder below `Sources/Channels` and what it needs besides the channel kit.
let channels: [(name: String, dependencies: [Target.Dependency])] = [
    ("IRC", [nioCore, nioPosix, nioSSL, logging])
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let channelTargets: [Target] = channels.map { channel in
    .target(
        name: "\(channel.name)Channel",
        dependencies: core + ["ClawChannelKit"] + channel.dependencies,
        path: "Sources/Channels/\(channel.name)",
        swiftSettings: settings
    )
}

let package = Package(
    name: "openclaw",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "openclaw", targets: ["openclaw"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
    ],
    targets: channelTargets + [
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite"),
        .systemLibrary(name: "CMalloc", path: "Sources/CMalloc"),
        .systemLibrary(name: "CPCRE2", path: "Sources/CPCRE2"),
        library("ClawSupport", [crypto, metrics]),
        library("ClawCore", ["ClawSupport"]),
        library("ClawProtocol", core),
        library("ClawConfig", core),
        library("ClawStore", core + ["CSQLite", logging, crypto, cryptoExtras]),
        library("ClawAgent", core + ["ClawStore", logging]),
        library("ClawProviders", core + [httpClient, nioCore, nioPosix, nioHTTP1, logging]),
        library(
            "ClawExec",
            core + [
                subprocess,
                .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
            ]
        ),
        library("ClawTools", core + ["ClawStore"]),
        library("ClawChannelKit", core + ["CPCRE2"]),
        library("ClawWebUI", core),
        library(
            "ClawGateway",
            core + [
                "ClawProtocol", "ClawConfig", "ClawStore", "ClawAgent", "ClawChannelKit", "ClawWebUI", hummingbird,
                hummingbirdCore, nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, crypto, asn1, logging, metrics,
                lifecycle,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            ]
        ),
        library(
            "ClawDaemon",
            core + [
                "CMalloc",
                "ClawProtocol", "ClawConfig", "ClawStore", "ClawAgent", "ClawChannelKit", "ClawWebUI", "ClawGateway",
                "ClawProviders", "ClawTools", "ClawExec", "IRCChannel", logging, lifecycle, unixSignals,
            ]
        ),
        library(
            "ClawClient",
            core + ["ClawProtocol", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, crypto, logging]
        ),
        library(
            "ClawCommands",
            core + [
                "ClawProtocol", "ClawConfig", "ClawStore", "ClawExec", "ClawDaemon", "ClawClient", argumentParser,
                logging,
            ]
        ),
        .executableTarget(name: "openclaw", dependencies: ["ClawCommands"], swiftSettings: settings),
        .target(
            name: "ClawTestKit", dependencies: core, path: "Tests/ClawTestKit", swiftSettings: settings),
        .target(
            name: "ClawClientTesting",
            dependencies: core + ["ClawProtocol", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL],
            path: "Tests/ClawClientTesting",
            swiftSettings: settings
        ),
        .target(
            name: "ClawSystemTesting",
            dependencies: core + [
                "ClawProtocol", "ClawConfig", "ClawStore", "ClawGateway", "ClawDaemon", "ClawClient", "ClawTestKit",
                nioCore, nioPosix, logging, lifecycle,
            ],
            path: "Tests/ClawSystemTesting",
            swiftSettings: settings
        ),
        .target(
            name: "IRCTesting",
            dependencies: ["ClawSupport", "ClawTestKit", "IRCChannel", nioCore, nioPosix],
            path: "Tests/IRCTesting",
            swiftSettings: settings
        ),
        tests("RepositoryTests", ["ClawSupport"]),
        tests("ClawSupportTests", ["ClawSupport", "ClawTestKit", metrics]),
        tests("ClawCoreTests", core + ["ClawTestKit"]),
        tests("ClawProtocolTests", core + ["ClawProtocol", "ClawTestKit"]),
        tests("ClawConfigTests", core + ["ClawConfig", "ClawTestKit"]),
        tests("ClawStoreTests", core + ["ClawStore", "ClawTestKit"]),
        tests("ClawAgentTests", core + ["ClawAgent", "ClawStore", "ClawTestKit", logging]),
        tests("ClawToolsTests", core + ["ClawTools", "ClawStore", "ClawTestKit"]),
        tests("ClawExecTests", core + ["ClawExec", "ClawTestKit"]),
        tests("ClawProvidersTests", core + ["ClawProviders", "ClawTestKit", nioCore, nioPosix, nioHTTP1]),
        tests("ClawChannelKitTests", core + ["ClawChannelKit", "ClawTestKit"]),
        tests(
            "IRCChannelTests",
            core + ["IRCTesting", "IRCChannel", "ClawChannelKit", "ClawTestKit", nioCore, nioPosix, logging]),
        tests("ClawWebUITests", core + ["ClawWebUI", "ClawTestKit"]),
        tests(
            "ClawGatewayTests",
            core + [
                "ClawGateway", "ClawProtocol", "ClawConfig", "ClawStore", "ClawAgent", "ClawChannelKit", "ClawWebUI",
                "ClawTestKit", "ClawClientTesting", hummingbird, nioCore, nioPosix, nioWebSocket, nioSSL, crypto,
                logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]
        ),
        tests(
            "ClawClientTests",
            core + [
                "ClawClient", "ClawProtocol", "ClawClientTesting", "ClawTestKit", nioCore, nioPosix, nioWebSocket,
                crypto,
            ]),
        tests(
            "ClawCommandsTests",
            core + [
                "ClawCommands", "ClawClient", "ClawDaemon", "ClawProtocol", "ClawConfig", "ClawStore",
                "ClawClientTesting", "ClawTestKit",
            ]),
        tests("ClawDaemonTests", core + ["ClawDaemon", "ClawConfig", "ClawGateway", "ClawTestKit", logging]),
        tests(
            "SystemTests",
            core + [
                "ClawSystemTesting", "ClawDaemon", "ClawGateway", "IRCTesting", "ClawProtocol", "ClawClient",
                "ClawStore",
                "ClawTestKit", "ClawClientTesting", crypto, nioPosix,
            ]),
    ]
)
