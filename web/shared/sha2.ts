/**
 * SHA-256 and SHA-512 (FIPS 180-4) for pages without WebCrypto, that is, over plain HTTP. Written for a few hundred
 * bytes, not for speed. The standard defines its constants as fractions of roots of primes; they are computed from
 * that.
 */

interface Parameters {
  /** Bits of a word. */
  word: bigint;
  rounds: number;
  bigSigma: [number, number, number][];
  smallSigma: [number, number, number][];
}

const SHA256: Parameters = {
  word: 32n,
  rounds: 64,
  bigSigma: [[2, 13, 22], [6, 11, 25]],
  smallSigma: [[7, 18, 3], [17, 19, 10]],
};

const SHA512: Parameters = {
  word: 64n,
  rounds: 80,
  bigSigma: [[28, 34, 39], [14, 18, 41]],
  smallSigma: [[1, 8, 7], [19, 61, 6]],
};

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  }
  return primes;
}

/** The largest integer whose `power`-th power is at most `value`. */
function integerRoot(value: bigint, power: bigint): bigint {
  let low = 0n;
  let high = 1n << 80n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** The first 64 bits of the fraction of the `power`-th root of each of the first `count` primes. */
function rootFractions(count: number, power: bigint): bigint[] {
  return firstPrimes(count).map((prime) => BigInt.asUintN(64, integerRoot(prime << (64n * power), power)));
}

let constants: { start: bigint[]; rounds: bigint[] } | undefined;

function digest(message: Uint8Array, parameters: Parameters): Uint8Array {
  constants ??= { start: rootFractions(8, 2n), rounds: rootFractions(80, 3n) };
  const { word, rounds, bigSigma, smallSigma } = parameters;
  const mask = (1n << word) - 1n;
  const drop = 64n - word;
  const wordBytes = Number(word) / 8;
  const blockBytes = wordBytes * 16;
  const rotate = (value: bigint, bits: number) => ((value >> BigInt(bits)) | (value << (word - BigInt(bits)))) & mask;
  const big = (value: bigint, [a, b, c]: [number, number, number]) =>
    rotate(value, a) ^ rotate(value, b) ^ rotate(value, c);
  const small = (value: bigint, [a, b, c]: [number, number, number]) =>
    rotate(value, a) ^ rotate(value, b) ^ (value >> BigInt(c));

  const state = constants.start.map((value) => value >> drop);
  const padded = pad(message, blockBytes);
  for (let offset = 0; offset < padded.length; offset += blockBytes) {
    const schedule: bigint[] = [];
    for (let index = 0; index < rounds; index++) {
      if (index < 16) schedule.push(readWord(padded, offset + index * wordBytes, wordBytes));
      else {
        const sum =
          small(schedule[index - 2]!, smallSigma[1]!) + schedule[index - 7]! +
          small(schedule[index - 15]!, smallSigma[0]!) + schedule[index - 16]!;
        schedule.push(sum & mask);
      }
    }
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let index = 0; index < rounds; index++) {
      const choice = (e & f) ^ (~e & mask & g);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      const first = h + big(e, bigSigma[1]!) + choice + (constants.rounds[index]! >> drop) + schedule[index]!;
      const second = big(a, bigSigma[0]!) + majority;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & mask, c, b, a, (first + second) & mask];
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      state[index] = (state[index]! + value) & mask;
    });
  }
  const output = new Uint8Array(wordBytes * 8);
  state.forEach((value, index) => writeWord(output, index * wordBytes, wordBytes, value));
  return output;
}

/** The message, a one bit, zeros, and the length in bits in the last eight bytes of the last block. */
function pad(message: Uint8Array, blockBytes: number): Uint8Array {
  const lengthBytes = blockBytes / 8;
  const total = Math.ceil((message.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const padded = new Uint8Array(total);
  padded.set(message);
  padded[message.length] = 0x80;
  writeWord(padded, total - 8, 8, BigInt(message.length) * 8n);
  return padded;
}

function readWord(bytes: Uint8Array, offset: number, count: number): bigint {
  let value = 0n;
  for (let index = 0; index < count; index++) value = (value << 8n) | BigInt(bytes[offset + index]!);
  return value;
}

function writeWord(bytes: Uint8Array, offset: number, count: number, value: bigint): void {
  for (let index = count - 1; index >= 0; index--, value >>= 8n) bytes[offset + index] = Number(value & 0xffn);
}

export function sha256(message: Uint8Array): Uint8Array {
  return digest(message, SHA256);
}

export function sha512(message: Uint8Array): Uint8Array {
  return digest(message, SHA512);
}
