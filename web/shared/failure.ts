/** Why a Gateway refused a connection, in the classes that have a next step of their own. */
import type { WireError } from "./protocol";

export type Failure =
  | { kind: "credential"; secret: "token" | "password"; given: boolean; message: string }
  | { kind: "pairing"; requestId: string | null; reason: string | null; message: string }
  | { kind: "identity"; clock: boolean; message: string }
  | { kind: "origin"; message: string }
  | { kind: "rate-limited"; message: string }
  | { kind: "protocol"; expected: number | null; message: string }
  | { kind: "other"; message: string };

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

export function classifyFailure(error: WireError): Failure {
  const { message, details } = error;
  const code = text(details?.code) ?? "";
  if (code === "PAIRING_REQUIRED" || /pairing required/i.test(message)) {
    return { kind: "pairing", requestId: text(details?.requestId), reason: text(details?.reason), message };
  }
  if (code === "AUTH_RATE_LIMITED") return { kind: "rate-limited", message };
  if (/^origin not allowed/i.test(message)) return { kind: "origin", message };
  if (typeof details?.expectedProtocol === "number" || /protocol mismatch/i.test(message)) {
    const expected = details?.expectedProtocol;
    return { kind: "protocol", expected: typeof expected === "number" ? expected : null, message };
  }
  if (code.startsWith("DEVICE_") || code === "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" || error.code === "NOT_PAIRED") {
    return { kind: "identity", clock: code === "DEVICE_AUTH_SIGNATURE_EXPIRED", message };
  }
  if (code.startsWith("AUTH_") || /^unauthorized/i.test(message)) {
    const secret = code.startsWith("AUTH_PASSWORD") || /password/i.test(message) ? "password" : "token";
    return { kind: "credential", secret, given: !/MISSING|REQUIRED/.test(code), message };
  }
  return { kind: "other", message };
}

/**
 * Milliseconds until the page tries again by itself; null when only the user can help. A wrong credential is not tried
 * again: every try counts against the limit of the Gateway.
 */
export function retryDelay(failure: Failure): number | null {
  switch (failure.kind) {
    case "pairing":
      return 3_000;
    case "rate-limited":
      return 60_000;
    case "origin":
    case "identity":
    case "other":
      return 15_000;
    case "credential":
    case "protocol":
      return null;
  }
}
