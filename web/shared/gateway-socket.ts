/** One lasting connection to the Gateway: handshake, requests, events, reconnection. */
import { CredentialStore, type Credentials } from "./credentials";
import { proveIdentity, type DeviceIdentity } from "./device-identity";
import { uuid } from "./encoding";
import { classifyFailure, retryDelay, type Failure } from "./failure";
import { ConnectionLost, PROTOCOL, RequestError, type EventFrame, type Hello, type ResponseFrame } from "./protocol";
import { isRecord } from "./storage";

export type Phase =
  | { kind: "connecting" }
  | { kind: "ready"; hello: Hello }
  | { kind: "lost"; retryAt: number; restarting: boolean }
  | { kind: "refused"; failure: Failure; retryAt: number | null };

export interface GatewaySocketOptions {
  url: string;
  version: string;
  identity: DeviceIdentity;
  credentials: CredentialStore;
  onPhase: (phase: Phase) => void;
  onEvent: (event: EventFrame) => void;
  /** Whether the page's own address answers over HTTP. */
  isServed: () => Promise<boolean>;
}

interface Pending {
  resolve: (payload: unknown) => void;
  reject: (error: Error) => void;
}

const SCOPES = ["operator.admin", "operator.approvals", "operator.pairing"];
const FIRST_DELAY = 800;
const GROWTH = 1.7;
const LONGEST_DELAY = 15_000;
const CHALLENGE_TIMEOUT = 10_000;
const UPGRADE_REFUSED = "The page is served here, but its WebSocket was refused before it opened.";
const UNEXPLAINED = { code: "UNAVAILABLE", message: "The Gateway gave no reason." };
/** `service restart`: expected, not an error. */
const CLOSE_RESTART = 1012;

export class GatewaySocket {
  private socket: WebSocket | null = null;
  private pending = new Map<string, Pending>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private delay = FIRST_DELAY;
  /** Upgrades in a row that were refused while the page was served. */
  private refusals = 0;
  private lastHeard = 0;
  /** Longest silence of a living connection, in milliseconds. */
  private patience = 75_000;
  private restarting = false;
  private ready = false;
  private failure: Failure | null = null;
  private stopped = true;
  private readonly instanceId = uuid();

  constructor(private readonly options: GatewaySocketOptions) {}

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.open();
  }

  stop(): void {
    this.stopped = true;
    window.removeEventListener("online", this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    clearTimeout(this.timer);
    this.socket?.close(1000);
  }

  /** Tries at once, for example after a new credential was entered. */
  reconnectNow = (): void => {
    if (this.ready || this.stopped) return;
    clearTimeout(this.timer);
    this.delay = FIRST_DELAY;
    const old = this.socket;
    this.socket = null;
    this.pending.clear();
    old?.close(1000);
    this.open();
  };

  /** The network is back, or the device woke up: looks at the connection now instead of when a timer runs out. */
  private wake = (): void => {
    if (document.visibilityState !== "visible") return;
    if (this.ready) this.closeIfSilent();
    // A refusal is not tried more often than its own delay says.
    else if (this.failure === null) this.reconnectNow();
  };

  /** Rejects with `RequestError` or `ConnectionLost`. */
  request(method: string, params: object): Promise<unknown> {
    if (!this.ready) return Promise.reject(new ConnectionLost());
    return this.send(method, params);
  }

  private send(method: string, params: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = uuid();
      this.pending.set(id, { resolve, reject });
      this.socket?.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  private open(): void {
    this.failure = null;
    this.restarting = false;
    this.options.onPhase({ kind: "connecting" });
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    let opened = false;
    socket.onopen = () => (opened = true);
    const challengeTimer = setTimeout(() => socket.close(4008, "no challenge"), CHALLENGE_TIMEOUT);
    socket.onmessage = (message) => {
      if (this.socket !== socket || typeof message.data !== "string") return;
      this.lastHeard = Date.now();
      const frame = parse(message.data);
      if (frame?.type === "res") this.receive(frame as unknown as ResponseFrame);
      if (frame?.type !== "event") return;
      if (frame.event === "connect.challenge" && !this.ready) {
        clearTimeout(challengeTimer);
        const nonce = isRecord(frame.payload) ? String(frame.payload.nonce ?? "") : "";
        void this.connect(socket, nonce);
      } else this.hear(frame as unknown as EventFrame);
    };
    socket.onclose = (close) => {
      clearTimeout(challengeTimer);
      if (this.socket === socket) void this.closed(close.code, opened);
    };
  }

  private async connect(socket: WebSocket, nonce: string): Promise<void> {
    const { identity, credentials } = this.options;
    const known = credentials.read(identity.deviceId);
    try {
      const hello = (await this.send("connect", await this.connectParams(known, nonce))) as Hello;
      if (this.socket !== socket) return;
      if (hello.auth) credentials.setDeviceToken(identity.deviceId, hello.auth.deviceToken, hello.auth.scopes);
      this.ready = true;
      this.delay = FIRST_DELAY;
      this.watch(hello.policy?.tickIntervalMs ?? 30_000);
      this.options.onPhase({ kind: "ready", hello });
    } catch (error) {
      if (this.socket !== socket || !(error instanceof RequestError)) return;
      this.failure = classifyFailure(error.wire);
      // The Gateway forgot this device: without its token the next answer says what is missing.
      const stale = this.failure.kind === "credential" && known.deviceToken !== undefined;
      if (stale) {
        credentials.dropDeviceToken();
        if (known.token === undefined) this.failure = { ...this.failure, given: false } as Failure;
      }
      socket.close(4008, "connect failed");
    }
  }

  private async connectParams(known: Credentials, nonce: string): Promise<object> {
    const client = {
      id: "openclaw-control-ui",
      version: this.options.version,
      platform: navigator.platform || "web",
      mode: "webchat",
      instanceId: this.instanceId,
    };
    const role = "operator";
    const device = await proveIdentity(this.options.identity, {
      clientId: client.id, clientMode: client.mode, role, scopes: SCOPES, signedAtMs: Date.now(),
      token: known.token ?? known.deviceToken ?? "", nonce, platform: client.platform, deviceFamily: "",
    });
    return {
      minProtocol: PROTOCOL, maxProtocol: PROTOCOL, client, role, scopes: SCOPES, caps: ["tool-events"], auth: known,
      device, userAgent: navigator.userAgent, locale: navigator.language,
    };
  }

  private receive(frame: ResponseFrame): void {
    const waiting = this.pending.get(frame.id);
    if (!waiting) return;
    this.pending.delete(frame.id);
    if (frame.ok) waiting.resolve(frame.payload);
    else waiting.reject(new RequestError(frame.error ?? UNEXPLAINED));
  }

  private hear(frame: EventFrame): void {
    if (frame.event === "shutdown") this.restarting = true;
    this.options.onEvent(frame);
  }

  /** A connection on which nothing arrives for more than two ticks is dead, whatever the operating system believes. */
  private watch(tickInterval: number): void {
    this.patience = tickInterval * 2.5;
    clearInterval(this.watchdog);
    this.watchdog = setInterval(() => this.closeIfSilent(), 5_000);
  }

  private closeIfSilent(): void {
    if (Date.now() - this.lastHeard > this.patience) this.socket?.close(4000, "tick timeout");
  }

  private async closed(code: number, opened: boolean): Promise<void> {
    clearInterval(this.watchdog);
    this.ready = false;
    this.socket = null;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const one of waiting) one.reject(new ConnectionLost());
    // A browser does not tell why an upgrade was refused. When the page is served all the same, the Gateway refuses the
    // page's origin, or something in between does not let WebSockets through. Once proves nothing: a Gateway that restarts
    // may have come back in between.
    this.refusals = !opened && (await this.options.isServed()) ? this.refusals + 1 : 0;
    if (this.refusals > 1) this.failure = { kind: "origin", message: UPGRADE_REFUSED };
    if (this.stopped || this.socket !== null) return;
    let wait: number | null;
    if (this.failure) wait = retryDelay(this.failure);
    else {
      wait = this.delay;
      this.delay = Math.min(this.delay * GROWTH, LONGEST_DELAY);
    }
    const retryAt = wait === null ? null : Date.now() + wait;
    if (wait !== null) this.timer = setTimeout(() => this.open(), wait);
    if (this.failure) this.options.onPhase({ kind: "refused", failure: this.failure, retryAt });
    else {
      const restarting = this.restarting || code === CLOSE_RESTART;
      this.options.onPhase({ kind: "lost", retryAt: retryAt ?? Date.now(), restarting });
    }
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
