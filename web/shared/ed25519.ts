/**
 * Ed25519 key derivation and signing (RFC 8032, section 5.1) for pages without WebCrypto. It does not run in constant
 * time; nobody else times a key that lives in this browser profile.
 */
import { sha512 } from "./sha2";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const mod = (value: bigint, modulus = P): bigint => {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
};

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n, square = mod(square * square)) {
    if (exponent & 1n) result = mod(result * square);
  }
  return result;
}

const invert = (value: bigint) => power(value, P - 2n);

const D = mod(-121665n * invert(121666n));

/** A point in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z. */
type Point = readonly [X: bigint, Y: bigint, Z: bigint, T: bigint];

const NEUTRAL: Point = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiply(point: Point, scalar: bigint): Point {
  let result = NEUTRAL;
  for (let double = point; scalar > 0n; scalar >>= 1n, double = add(double, double)) {
    if (scalar & 1n) result = add(result, double);
  }
  return result;
}

/** The base point: y = 4/5 with the even x (RFC 8032, 5.1.3 gives the square root). */
function makeBase(): Point {
  const y = mod(4n * invert(5n));
  const square = mod((y * y - 1n) * invert(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * power(2n, (P - 1n) / 4n));
  if (x & 1n) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

let base: Point | undefined;
const timesBase = (scalar: bigint) => multiply((base ??= makeBase()), scalar);

function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function toLittleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let index = 0; index < 32; index++, value >>= 8n) bytes[index] = Number(value & 0xffn);
  return bytes;
}

function encode([x, y, z]: Point): Uint8Array {
  const inverse = invert(z);
  const sign = mod(x * inverse) & 1n;
  return toLittleEndian(mod(y * inverse) | (sign << 255n));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function expand(seed: Uint8Array): { scalar: bigint; prefix: Uint8Array } {
  const hash = sha512(seed);
  const low = hash.slice(0, 32);
  low[0] = low[0]! & 248;
  low[31] = (low[31]! & 127) | 64;
  return { scalar: fromLittleEndian(low), prefix: hash.slice(32) };
}

/** The public key (32 bytes) of a 32-byte private key. */
export function ed25519PublicKey(seed: Uint8Array): Uint8Array {
  return encode(timesBase(expand(seed).scalar));
}

/** The signature (64 bytes) of `message`. */
export function ed25519Sign(message: Uint8Array, seed: Uint8Array): Uint8Array {
  const { scalar, prefix } = expand(seed);
  const publicKey = encode(timesBase(scalar));
  const nonce = mod(fromLittleEndian(sha512(concat(prefix, message))), ORDER);
  const commitment = encode(timesBase(nonce));
  const challenge = mod(fromLittleEndian(sha512(concat(commitment, publicKey, message))), ORDER);
  return concat(commitment, toLittleEndian(mod(nonce + challenge * scalar, ORDER)));
}
