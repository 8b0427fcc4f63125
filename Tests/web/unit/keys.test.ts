import * as assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { test } from "node:test";
import { CredentialStore } from "../../../web/shared/credentials";
import { loadIdentity, makeIdentity, proofText, proveIdentity, IDENTITY_KEY } from "../../../web/shared/device-identity";
import { ed25519PublicKey, ed25519Sign } from "../../../web/shared/ed25519";
import { base64url, fromBase64url, hex, utf8, uuid } from "../../../web/shared/encoding";
import { sha256, sha512 } from "../../../web/shared/sha2";
import { inMemoryStore } from "../../../web/shared/storage";

// Node 18 has WebCrypto, but not as a global.
globalThis.crypto ??= webcrypto;

const bytes = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// RFC 8032, section 7.1, tests 1 to 3: private key, public key, message, signature.
const VECTORS = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
] as const;

test("Ed25519 keys and signatures are those of RFC 8032", () => {
  for (const [seed, publicKey, message, signature] of VECTORS) {
    assert.equal(hex(ed25519PublicKey(bytes(seed))), publicKey);
    assert.equal(hex(ed25519Sign(bytes(message), bytes(seed))), signature);
  }
});

test("SHA-256 and SHA-512 agree with the system's for every length around a block", () => {
  for (let length = 0; length < 260; length += length > 130 ? 17 : 1) {
    const message = Uint8Array.from({ length }, (_, index) => (index * 37 + length) & 255);
    assert.equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"), `SHA-256 of ${length}`);
    assert.equal(hex(sha512(message)), createHash("sha512").update(message).digest("hex"), `SHA-512 of ${length}`);
  }
});

test("base64url has no padding and refuses what is not one", () => {
  const message = Uint8Array.from([251, 255, 0, 1]);
  assert.equal(base64url(message), "-_8AAQ");
  assert.deepEqual(fromBase64url("-_8AAQ"), message);
  assert.equal(fromBase64url("a"), null);
  assert.equal(fromBase64url("a+b="), null);
  assert.ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid()));
});

test("the proof is version 3, with folded platform", () => {
  const fields = {
    clientId: "openclaw-control-ui", clientMode: "webchat", role: "operator", scopes: ["operator.admin", "operator.pairing"],
    signedAtMs: 1700000000000, token: "t", nonce: "n", platform: " MacIntel ", deviceFamily: "ÄPhone",
  };
  assert.equal(
    proofText("id", fields),
    "v3|id|openclaw-control-ui|webchat|operator|operator.admin,operator.pairing|1700000000000|t|n|macintel|Äphone");
});

test("WebCrypto and the own code sign alike", async () => {
  const identity = makeIdentity(bytes(VECTORS[0][0]), 1);
  const fields = {
    clientId: "c", clientMode: "webchat", role: "operator", scopes: [], signedAtMs: 5, token: "", nonce: "n", platform: "web",
    deviceFamily: "",
  };
  const proof = await proveIdentity(identity, fields);
  const own = base64url(ed25519Sign(utf8(proofText(identity.deviceId, fields)), bytes(VECTORS[0][0])));
  assert.equal(proof.signature, own);
  assert.equal(identity.deviceId, createHash("sha256").update(bytes(VECTORS[0][1])).digest("hex"));
});

test("an identity is kept, and made anew when it does not hold together", () => {
  const store = inMemoryStore();
  const first = loadIdentity(store, 7);
  assert.deepEqual(loadIdentity(store, 8), first);
  store.setItem(IDENTITY_KEY, JSON.stringify({ ...first, publicKey: base64url(bytes(VECTORS[1][1])) }));
  const second = loadIdentity(store, 9);
  assert.ok(second.deviceId !== first.deviceId);
  store.setItem(IDENTITY_KEY, "{");
  assert.ok(loadIdentity(store, 10).deviceId !== second.deviceId);
});

test("credentials belong to one Gateway and one device", () => {
  const store = inMemoryStore();
  const here = new CredentialStore(store, "ws://here");
  const there = new CredentialStore(store, "ws://there");
  here.setToken("shared");
  here.setDeviceToken("device", "mine", ["operator.admin"], 1);
  there.setDeviceToken("device", "theirs", [], 2);
  here.setPassword("secret");
  assert.deepEqual(here.read("device"), { token: "shared", deviceToken: "mine", password: "secret" });
  assert.deepEqual(there.read("device"), { deviceToken: "theirs" });
  assert.deepEqual(here.read("other device"), { token: "shared", password: "secret" });
  here.dropDeviceToken();
  assert.deepEqual(here.read("device"), { token: "shared", password: "secret" });
  assert.deepEqual(there.read("device"), { deviceToken: "theirs" });
});
