/** Connects the pure state with the Gateway: what is requested when, and what the answers change. */
import { uuid } from "../../shared/encoding";
import { EventFeed, type Standing } from "../../shared/event-feed";
import type { GatewaySocket, Phase } from "../../shared/gateway-socket";
import { ConnectionLost, type EventFrame } from "../../shared/protocol";
import { isRecord, type KeyValueStore } from "../../shared/storage";
import { agentNames, isStopWord, pairingRequest, safeModeReason, type AppState } from "./app-state";
import { chatReducer, emptyChat, isBusy, type ChatAction, type Outgoing } from "./chat-state";
import { canonicalKey, defaultModel, sessionRows } from "./sessions";
import { readOutbox, readSettings, writeOutbox, writeSettings, type Settings } from "./settings";

export interface Stores {
  lasting: KeyValueStore;
  /** Of this browser tab. */
  tab: KeyValueStore;
}

const HISTORY_LIMIT = 200;
const SESSION_LIMIT = 60;
/** Pairing requests shown at once. */
const MOST_REQUESTS = 5;

export class ChatClient {
  private state: AppState;
  private readonly listeners = new Set<() => void>();
  private socket: GatewaySocket | null = null;
  private wantedSession: string | null;
  private historyLoads = 0;
  /** The connection went before the history came. */
  private historyOwed = false;
  private readonly feed: EventFeed;

  constructor(private readonly stores: Stores, link: { session: string | null; ignoredGateway: boolean }) {
    const settings = readSettings(stores.lasting);
    this.wantedSession = link.session ?? settings.sessionKey;
    this.state = {
      phase: { kind: "connecting" }, refusal: null, hello: null,
      chat: emptyChat(canonicalKey(this.wantedSession, null), readOutbox(stores.tab)),
      sessions: [], defaultModel: null, settings, safeMode: null, ignoredGateway: link.ignoredGateway,
      agentNames: {}, problem: null, pairingRequests: [],
    };
    this.feed = new EventFeed({
      request: (method, params) => this.request(method, params),
      sessions: () => [this.state.chat.sessionKey],
      onEvent: this.onEvent, onContinued: this.onContinued, onBreak: this.onBreak,
    });
  }

  attach(socket: GatewaySocket): void {
    this.socket = socket;
  }

  getState = (): AppState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  update(change: Partial<AppState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private dispatch(action: ChatAction): void {
    const before = this.state.chat;
    const chat = chatReducer(before, action);
    if (chat.outbox !== before.outbox) writeOutbox(this.stores.tab, chat.outbox);
    if (chat !== before) this.update({ chat });
    this.sendNext();
  }

  // Connection

  onPhase = (phase: Phase): void => {
    const wasOpen = this.state.phase.kind === "ready";
    const refusal = phase.kind === "refused" ? phase : phase.kind === "connecting" ? this.state.refusal : null;
    this.update({ phase, refusal });
    if (wasOpen && phase.kind !== "ready") this.feed.lost();
    if (phase.kind !== "ready") return;
    const sessionKey = canonicalKey(this.wantedSession, phase.hello);
    this.update({ hello: phase.hello, safeMode: safeModeReason(phase.hello.snapshot?.safeMode) });
    if (sessionKey !== this.state.chat.sessionKey) this.dispatch({ type: "opened", sessionKey });
    this.feed.connected(phase.hello.features?.methods ?? []);
    void this.loadStatus();
    void this.loadAgents();
  };

  onFrame = (frame: EventFrame): void => this.feed.hear(frame);

  private onContinued = (): void => {
    if (this.historyOwed) void this.loadHistory();
    // Events of other sessions, which change the list, are not asked for.
    void this.loadSessions();
    this.sendNext();
  };

  private onBreak = (standing: Standing | null): void => {
    if (standing === null) this.dispatch({ type: "interrupted" });
    else {
      const since = standing.since;
      const runs = (standing.runs.get(this.state.chat.sessionKey) ?? []).filter(
        (run) => run.state === "running" || (since !== null && run.seq > since));
      this.dispatch({ type: "standing", runs, now: Date.now() });
    }
    this.refresh();
    if (standing?.pairingRequests) this.showPairing(standing.pairingRequests);
    else void this.loadPairing();
  };

  private onEvent = (frame: EventFrame): void => {
    const payload = isRecord(frame.payload) ? frame.payload : {};
    const now = Date.now();
    if (frame.event === "agent") this.dispatch({ type: "agent", payload, now });
    if (frame.event === "chat") {
      this.dispatch({ type: "chat", payload, now });
      if (payload.state !== "delta") this.refresh();
    }
    if (frame.event === "device.pair.requested") {
      const request = pairingRequest(payload);
      if (!request) return;
      const pairingRequests = [...this.withoutPairing(request.requestId), request].slice(-MOST_REQUESTS);
      this.update({ pairingRequests });
    }
    if (frame.event === "device.pair.resolved") {
      this.update({ pairingRequests: this.withoutPairing(String(payload.requestId ?? "")) });
    }
  };

  private withoutPairing(requestId: string) {
    return this.state.pairingRequests.filter((request) => request.requestId !== requestId);
  }

  // Reading

  /** Loads the open conversation and the list again; what is shown stays until the answers come. */
  refresh(): void {
    void this.loadHistory();
    void this.loadSessions();
  }

  private request(method: string, params: object): Promise<unknown> {
    return this.socket?.request(method, params) ?? Promise.reject(new ConnectionLost());
  }

  private async loadHistory(): Promise<void> {
    const sessionKey = this.state.chat.sessionKey;
    // Only the answer to the last request counts: an older one may lack what an event has told since.
    const number = ++this.historyLoads;
    this.historyOwed = false;
    this.dispatch({ type: "loading" });
    try {
      const answer = await this.request("chat.history", { sessionKey, limit: HISTORY_LIMIT });
      const messages = isRecord(answer) && Array.isArray(answer.messages) ? answer.messages : [];
      if (number === this.historyLoads) this.dispatch({ type: "loaded", sessionKey, messages });
    } catch (error) {
      if (number !== this.historyLoads) return;
      if (error instanceof ConnectionLost) this.historyOwed = true;
      else this.dispatch({ type: "loadFailed", message: messageOf(error) });
    }
  }

  private async loadSessions(): Promise<void> {
    await this.attempt(async () => {
      const params = { limit: SESSION_LIMIT, includeGlobal: true, includeDerivedTitles: true };
      const answer = await this.request("sessions.list", params);
      this.update({ sessions: sessionRows(answer), defaultModel: defaultModel(answer) });
    });
  }

  private async loadStatus(): Promise<void> {
    await this.attempt(async () => {
      const status = await this.request("status", {});
      const reason = isRecord(status) ? safeModeReason(status.safeMode) : null;
      this.update({ safeMode: reason ?? safeModeReason(this.state.hello?.snapshot?.safeMode) });
    });
  }

  private async loadAgents(): Promise<void> {
    await this.attempt(async () => {
      this.update({ agentNames: agentNames(await this.request("agents.list", {})) });
    });
  }

  private async loadPairing(): Promise<void> {
    await this.attempt(async () => {
      const answer = await this.request("device.pair.list", {});
      const pending = isRecord(answer) && Array.isArray(answer.pending) ? answer.pending : [];
      // The newest comes first here, and last among events.
      this.showPairing([...pending].reverse());
    });
  }

  /** Shows the newest of the devices that wait, the oldest first. */
  private showPairing(pending: readonly unknown[]): void {
    this.update({ pairingRequests: pending.flatMap((one) => pairingRequest(one) ?? []).slice(-MOST_REQUESTS) });
  }

  /** A lost connection is told by its own state; any other failure is shown. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ConnectionLost)) this.update({ problem: messageOf(error) });
    }
  }

  // Writing

  send(text: string): void {
    if (isBusy(this.state.chat) && isStopWord(text)) {
      this.abort();
      return;
    }
    const { sessionKey } = this.state.chat;
    const message: Outgoing = { key: uuid(), sessionKey, text, state: "queued", error: null, before: null };
    this.dispatch({ type: "queued", message });
  }

  /**
   * Sends the oldest message that may go. One for the open session waits until its answer is complete; one for another
   * session is for the Gateway to put in line.
   */
  private sendNext(): void {
    const { chat, phase } = this.state;
    if (phase.kind !== "ready" || chat.loading === "first") return;
    if (chat.outbox.some((message) => message.state === "sending")) return;
    const next = chat.outbox.find(
      ({ sessionKey, state }) => state === "queued" && (sessionKey !== chat.sessionKey || !isBusy(chat)));
    if (next) void this.sendOne(next.key, next.sessionKey, next.text);
  }

  private async sendOne(key: string, sessionKey: string, message: string): Promise<void> {
    this.dispatch({ type: "sending", key, now: Date.now() });
    try {
      const ack = await this.request("chat.send", { sessionKey, message, deliver: false, idempotencyKey: key });
      const status = isRecord(ack) ? ack.status : undefined;
      const running = status === "started" || status === "in_flight";
      this.dispatch({ type: "accepted", key, running });
      if (status !== "started") this.refresh();
    } catch (error) {
      // Without an answer nobody knows whether the message arrived; the same key makes a second try harmless.
      if (error instanceof ConnectionLost) this.dispatch({ type: "unsent", key });
      else this.dispatch({ type: "sendFailed", key, message: messageOf(error) });
    }
  }

  /** Takes a message back that is not on its way; the text, to be edited. */
  takeBack(key: string): string | null {
    const message = this.state.chat.outbox.find((one) => one.key === key && one.state !== "sending");
    if (!message) return null;
    this.dispatch({ type: "removed", key });
    return message.text;
  }

  /** Sends a refused message again, as a new one: the Gateway remembers the answer to the old key. */
  retry(key: string): void {
    const text = this.takeBack(key);
    if (text !== null) this.send(text);
  }

  abort(): void {
    const { sessionKey } = this.state.chat;
    void this.attempt(async () => {
      const answer = await this.request("chat.abort", { sessionKey });
      // Nothing was running any more: the end of the run was missed.
      if (isRecord(answer) && answer.aborted === false) this.onBreak(null);
    });
  }

  startOver(): void {
    const key = this.state.chat.sessionKey;
    void this.attempt(async () => {
      await this.request("sessions.reset", { key, reason: "new" });
      this.dispatch({ type: "opened", sessionKey: key });
      this.refresh();
    });
  }

  openSession(sessionKey: string): void {
    if (sessionKey === this.state.chat.sessionKey) return;
    this.wantedSession = sessionKey;
    this.changeSettings({ sessionKey });
    this.dispatch({ type: "opened", sessionKey });
    if (!this.feed.restart()) void this.loadHistory();
  }

  resolvePairing(requestId: string, decision: "approve" | "reject"): void {
    void this.attempt(async () => {
      await this.request(`device.pair.${decision}`, { requestId });
      this.update({ pairingRequests: this.withoutPairing(requestId) });
    });
  }

  changeSettings(change: Partial<Settings>): void {
    const settings = { ...this.state.settings, ...change };
    writeSettings(this.stores.lasting, settings);
    this.update({ settings });
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
