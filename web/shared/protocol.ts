/** The frames of the Gateway wire, protocol 3, as far as a browser client reads them. */

export const PROTOCOL = 3;

export interface WireError {
  code: string;
  message: string;
  details?: Record<string, unknown>;
  retryable?: boolean;
  retryAfterMs?: number;
}

export interface ResponseFrame {
  type: "res";
  id: string;
  ok: boolean;
  payload?: unknown;
  error?: WireError;
}

export interface EventFrame {
  type: "event";
  event: string;
  payload?: unknown;
  seq?: number;
}

export interface Hello {
  server: { version: string; connId: string };
  features: { methods: string[]; events: string[] };
  snapshot: {
    sessionDefaults?: { defaultAgentId?: string; mainKey?: string; mainSessionKey?: string; scope?: string };
    authMode?: string;
    safeMode?: unknown;
  };
  auth?: { deviceToken: string; role: string; scopes: string[] };
  policy: { tickIntervalMs: number };
}

/** A request that the Gateway answered with an error. */
export class RequestError extends Error {
  constructor(readonly wire: WireError) {
    super(wire.message);
    this.name = "RequestError";
  }
}

/** A request whose connection went away before the answer: nobody knows whether it was carried out. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection to the Gateway was lost.");
    this.name = "ConnectionLost";
  }
}
