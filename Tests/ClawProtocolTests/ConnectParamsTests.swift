import ClawCore
import ClawProtocol
import ClawSupport
import Testing

struct ConnectParamsTests {
    private let valid = """
        {"minProtocol":3,"maxProtocol":3,"client":{"id":"cli","displayName":"Term","version":"1","platform":"linux",\
        "mode":"cli"},"caps":["tool-events"],"permissions":{"camera":true},"role":"operator","scopes":["operator.read"],\
        "device":{"id":"d","publicKey":"k","signature":"s","signedAt":5,"nonce":"n"},"auth":{"token":""}}
        """

    @Test func roundTrip() throws {
        let params = try ConnectParams(json: try JSONParser.parse(valid))
        #expect(params.json.text == valid)
        #expect(params.device?.signedAt == 5)
        #expect(params.auth.token == "")
    }

    @Test func faults() throws {
        let cases: [(String, String)] = [
            (
                "{}",
                "must have required property 'minProtocol'; must have required property 'maxProtocol'; "
                    + "must have required property 'client'"
            ),
            (
                #"{"minProtocol":0,"maxProtocol":3,"client":{"id":"moltbot-ios","version":"","platform":"p","mode":"operator"}}"#,
                "at /minProtocol: must be >= 1; at /client/id: must be equal to one of the allowed values; "
                    + "at /client/version: must NOT have fewer than 1 characters; "
                    + "at /client/mode: must be equal to one of the allowed values"
            ),
            (
                #"{"minProtocol":3,"maxProtocol":3,"client":{"id":"cli","version":"1","platform":"p","mode":"cli","z":1},"device":{"id":"a"},"auth":{"x":"y"},"scopes":[""],"q":1}"#,
                "at root: unexpected property 'q'; at /client: unexpected property 'z'; "
                    + "at /scopes/0: must NOT have fewer than 1 characters; "
                    + "at /device: must have required property 'publicKey'; "
                    + "at /device: must have required property 'signature'; "
                    + "at /device: must have required property 'signedAt'; "
                    + "at /device: must have required property 'nonce'; at /auth: unexpected property 'x'"
            ),
        ]
        for (json, text) in cases {
            let error = #expect(throws: ClawError.self) { try ConnectParams(json: try JSONParser.parse(json)) }
            #expect(error?.message == "invalid connect params: \(text)")
        }
    }

    @Test func signedTexts() throws {
        var client = ConnectParams.Client(id: "cli", version: "1", platform: " Linux 6 ", mode: "ui")
        client.deviceFamily = "MÄC"
        let text = DeviceSignedText(
            deviceID: "id", client: client, role: .operator, scopes: ["a", "b"], signedAt: 12,
            auth: ConnectParams.Auth(deviceToken: "t"), nonce: "n")
        #expect(text.v2 == "v2|id|cli|ui|operator|a,b|12|t|n")
        #expect(text.v3 == "v3|id|cli|ui|operator|a,b|12|t|n|linux 6|mÄc")
        let empty = DeviceSignedText(
            deviceID: "id", client: client, role: .node, scopes: [], signedAt: 0,
            auth: ConnectParams.Auth(token: "", deviceToken: "t"), nonce: "n")
        #expect(empty.v2 == "v2|id|cli|ui|node||0||n")
    }

    @Test func helloRoundTrip() {
        var hello = HelloOk(
            serverVersion: "1", connectionID: "c", methods: ["health"], snapshot: ["presence": [], "health": [:]])
        hello.auth = HelloOk.Auth(deviceToken: "t", role: "operator", scopes: ["operator.read"], issuedAt: 4)
        #expect(HelloOk(json: hello.json) == hello)
        #expect(HelloOk(json: ["type": "hello-ok"]) == nil)
    }
}
