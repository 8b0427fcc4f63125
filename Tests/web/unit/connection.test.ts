import * as assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress } from "../../../web/shared/address";
import { classifyFailure, retryDelay, type Failure } from "../../../web/shared/failure";

const address = (text: string) => readAddress(new URL(text) as unknown as Location);

test("a link hands over a token and a session, and loses its secrets", () => {
  assert.deepEqual(address("http://127.0.0.1:18789/#token=abc"), {
    basePath: "", gatewayURL: "ws://127.0.0.1:18789", token: "abc", session: null, ignoredGateway: false, cleaned: "/",
  });
  assert.deepEqual(address("https://claw.example/base/chat?session=s&token=q&x=1#token=f&password=p"), {
    basePath: "/base", gatewayURL: "wss://claw.example/base", token: "q", session: "s", ignoredGateway: false,
    cleaned: "/base/chat?session=s&x=1",
  });
  assert.deepEqual(address("http://h/index.html?gatewayUrl=ws://evil"), {
    basePath: "", gatewayURL: "ws://h", token: null, session: null, ignoredGateway: true, cleaned: "/index.html",
  });
  assert.equal(address("http://h/chat?session=a%3Ab").cleaned, null);
});

test("refusals fall into classes", () => {
  const kind = (message: string, code?: string, more: object = {}): Failure =>
    classifyFailure({ code: "INVALID_REQUEST", message, ...(code ? { details: { code, ...more } } : {}) });
  assert.deepEqual(kind("unauthorized: gateway token missing (x)", "AUTH_TOKEN_MISSING"), {
    kind: "credential", secret: "token", given: false, message: "unauthorized: gateway token missing (x)",
  });
  assert.deepEqual(kind("unauthorized: gateway password mismatch (x)", "AUTH_PASSWORD_MISMATCH"), {
    kind: "credential", secret: "password", given: true, message: "unauthorized: gateway password mismatch (x)",
  });
  assert.deepEqual(kind("pairing required", "PAIRING_REQUIRED", { requestId: "r", reason: "not-paired" }), {
    kind: "pairing", requestId: "r", reason: "not-paired", message: "pairing required",
  });
  assert.deepEqual(
    [
      kind("unauthorized: too many failed authentication attempts", "AUTH_RATE_LIMITED"), kind("origin not allowed (x)"),
      classifyFailure({ code: "INVALID_REQUEST", message: "protocol mismatch", details: { expectedProtocol: 4 } }),
      kind("device signature expired", "DEVICE_AUTH_SIGNATURE_EXPIRED"), kind("device identity required", "DEVICE_IDENTITY_REQUIRED"),
      kind("unauthorized"), kind("invalid connect params: x"),
    ].map((failure) => [failure.kind, retryDelay(failure)]),
    [
      ["rate-limited", 60_000], ["origin", 15_000], ["protocol", null], ["identity", 15_000], ["identity", 15_000],
      ["credential", null], ["other", 15_000],
    ]);
});
