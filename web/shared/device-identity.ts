/** The key pair that makes this browser profile a device of its own, and the proof sent in `connect`. */
import { ed25519PublicKey, ed25519Sign } from "./ed25519";
import { base64url, fromBase64url, hex, utf8 } from "./encoding";
import { sha256 } from "./sha2";
import { readJSON, writeJSON, type KeyValueStore } from "./storage";

export const IDENTITY_KEY = "openclaw-device-identity-v1";

/** Keys are the raw 32 bytes in base64url; `privateKey` is the seed of RFC 8032. */
export interface DeviceIdentity {
  version: 1;
  deviceId: string;
  publicKey: string;
  privateKey: string;
  createdAtMs: number;
}

/** What the signature covers besides the device's id. */
export interface SignedFields {
  clientId: string;
  clientMode: string;
  role: string;
  scopes: string[];
  signedAtMs: number;
  /** The credential that stands in `auth`; empty when there is none. */
  token: string;
  nonce: string;
  platform: string;
  deviceFamily: string;
}

export function makeIdentity(seed: Uint8Array, now: number): DeviceIdentity {
  const publicKey = ed25519PublicKey(seed);
  return {
    version: 1,
    deviceId: hex(sha256(publicKey)),
    publicKey: base64url(publicKey),
    privateKey: base64url(seed),
    createdAtMs: now,
  };
}

/** The stored identity, or a new one when there is none or it does not hold together. */
export function loadIdentity(store: KeyValueStore, now = Date.now()): DeviceIdentity {
  const stored = readJSON(store, IDENTITY_KEY) as Partial<DeviceIdentity> | null;
  const seed = typeof stored?.privateKey === "string" ? fromBase64url(stored.privateKey) : null;
  if (seed?.length === 32) {
    const whole = makeIdentity(seed, typeof stored?.createdAtMs === "number" ? stored.createdAtMs : now);
    if (whole.publicKey === stored?.publicKey && whole.deviceId === stored?.deviceId) return whole;
  }
  const fresh = makeIdentity(crypto.getRandomValues(new Uint8Array(32)), now);
  writeJSON(store, IDENTITY_KEY, fresh);
  return fresh;
}

/** ASCII letters in lower case and no white space around, as the Gateway compares these fields. */
const folded = (text: string) => text.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The text that version 3 of the proof signs. */
export function proofText(deviceId: string, fields: SignedFields): string {
  return [
    "v3", deviceId, fields.clientId, fields.clientMode, fields.role, fields.scopes.join(","), String(fields.signedAtMs),
    fields.token, fields.nonce, folded(fields.platform), folded(fields.deviceFamily),
  ].join("|");
}

/** The DER bytes before the seed in a PKCS #8 private key of Ed25519 (RFC 8410, section 7). */
const PKCS8_PREFIX = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

async function sign(message: Uint8Array, seed: Uint8Array): Promise<Uint8Array> {
  if (globalThis.crypto?.subtle) {
    try {
      const key = await crypto.subtle.importKey(
        "pkcs8", Uint8Array.from([...PKCS8_PREFIX, ...seed]), { name: "Ed25519" }, false, ["sign"]);
      return new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, key, message));
    } catch {
      // Browsers before 2024 have WebCrypto without Ed25519.
    }
  }
  return ed25519Sign(message, seed);
}

export async function proveIdentity(identity: DeviceIdentity, fields: SignedFields) {
  const seed = fromBase64url(identity.privateKey) ?? new Uint8Array(32);
  const signature = await sign(utf8(proofText(identity.deviceId, fields)), seed);
  return {
    id: identity.deviceId,
    publicKey: identity.publicKey,
    signature: base64url(signature),
    signedAt: fields.signedAtMs,
    nonce: fields.nonce,
  };
}
