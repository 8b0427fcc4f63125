/**
 * Keeps the events of the Gateway whole over lost connections: after each connect, and whenever a number is left out, it
 * asks with `events.since` for what was missed. The rules are those of docs/events.md.
 */
import { ConnectionLost, type EventFrame } from "./protocol";
import { isRecord } from "./storage";

/** How a run stands, or how it ended. */
export interface RunStanding {
  runId: string;
  /** `running`, or the state of its last `chat` event. */
  state: string;
  /** Number of the last event of the run. */
  seq: number;
  /** Milliseconds since 1970; null for a run that has ended. */
  startedAt: number | null;
  /** The message of the run so far, as `chat` events carry it. */
  message: unknown;
  thinking: string;
  errorMessage: string | undefined;
  /** The payloads of the tool events since its last text: of calls that go on, and of those that ended after it. */
  toolEvents: Record<string, unknown>[];
}

/** How things stand, for a client that cannot go on from what it knows. */
export interface Standing {
  /** The runs by the key of their session. */
  runs: Map<string, RunStanding[]>;
  /** The last event that was dealt with before; null when nothing is known of this start of the Gateway. */
  since: number | null;
  /** The devices that wait for approval, the oldest first; null when the Gateway does not tell. */
  pairingRequests: unknown[] | null;
}

export interface EventFeedOptions {
  request: (method: string, params: object) => Promise<unknown>;
  /** The sessions whose events are wanted. */
  sessions: () => string[];
  /** Each event once, in order. */
  onEvent: (event: EventFrame) => void;
  /** Everything that was missed has been told. */
  onContinued: () => void;
  /** What was missed cannot be told. Null when the Gateway does not even know how things stand. */
  onBreak: (standing: Standing | null) => void;
}

const METHOD = "events.since";
/** Events that wait for one answer. */
const MOST_ASIDE = 5_000;
/** Runs whose last event is remembered. */
const MOST_RUNS = 256;

export class EventFeed {
  private instance: string | null = null;
  /** Number of the last event dealt with. */
  private last: number | null = null;
  /** What came while a question was open; null when none is. */
  private aside: EventFrame[] | null = null;
  /** Only the answer to the last question counts. */
  private questions = 0;
  private canAsk = false;
  private isConnected = false;
  /** The last tool event of each run, by its number in the run: it has no other. */
  private readonly toldOfRuns = new Map<string, number>();

  constructor(private readonly options: EventFeedOptions) {}

  /** A connection was accepted by a Gateway with these methods. */
  connected(methods: readonly string[]): void {
    this.isConnected = true;
    this.canAsk = methods.includes(METHOD);
    if (this.canAsk) void this.ask();
    else this.broken(null);
  }

  lost(): void {
    this.questions += 1;
    this.aside = null;
    this.canAsk = false;
    this.isConnected = false;
  }

  /**
   * Begins anew, because other sessions are wanted now than those that were followed. False when the Gateway cannot be asked
   * now; otherwise `onBreak` is called.
   */
  restart(): boolean {
    this.instance = null;
    if (this.canAsk) void this.ask();
    return this.canAsk;
  }

  hear(frame: EventFrame): void {
    // What comes before the answer to `connect` is in what is asked or loaded after it.
    if (!this.isConnected) return;
    if (this.aside === null) this.deal(frame);
    else if (this.aside.length < MOST_ASIDE) this.aside.push(frame);
    else {
      this.questions += 1;
      this.canAsk = false;
      this.broken(null);
    }
  }

  private deal(frame: EventFrame): void {
    if (typeof frame.seq === "number") {
      if (this.instance !== null && this.last !== null && frame.seq <= this.last) return;
      if (this.last !== null && frame.seq > this.last + 1) {
        if (this.canAsk) {
          this.aside = [frame];
          void this.ask();
          return;
        }
        this.last = frame.seq;
        this.options.onBreak(null);
      }
      this.last = frame.seq;
    }
    this.tell(frame);
  }

  private tell(frame: EventFrame): void {
    const payload = isRecord(frame.payload) ? frame.payload : {};
    if (frame.event === "agent" && frame.seq === undefined && !this.remember(payload)) return;
    this.options.onEvent(frame);
  }

  /** Remembers that a tool event is told. False when it was before. */
  private remember(payload: Record<string, unknown>): boolean {
    if (typeof payload.seq !== "number") return true;
    const run = String(payload.runId ?? "");
    if (payload.seq <= (this.toldOfRuns.get(run) ?? -1)) return false;
    this.toldOfRuns.delete(run);
    this.toldOfRuns.set(run, payload.seq);
    const [oldest] = this.toldOfRuns.keys();
    if (this.toldOfRuns.size > MOST_RUNS && oldest !== undefined) this.toldOfRuns.delete(oldest);
    return true;
  }

  private async ask(): Promise<void> {
    const question = ++this.questions;
    this.aside ??= [];
    const { instance, last } = this;
    const known = instance !== null && last !== null ? { instance, seq: last } : {};
    let answer: unknown;
    try {
      answer = await this.options.request(METHOD, { ...known, sessions: this.options.sessions() });
    } catch (error) {
      if (question !== this.questions || error instanceof ConnectionLost) return;
      this.canAsk = false;
      this.broken(null);
      return;
    }
    if (question === this.questions) this.answered(answer);
  }

  private answered(answer: unknown): void {
    if (!isRecord(answer) || typeof answer.instance !== "string" || typeof answer.seq !== "number") {
      this.canAsk = false;
      this.broken(null);
      return;
    }
    const isSame = answer.instance === this.instance;
    const since = isSame ? this.last : null;
    this.instance = answer.instance;
    if (!isSame) this.toldOfRuns.clear();
    if (Array.isArray(answer.events)) {
      for (const event of answer.events) if (isEvent(event)) this.tell(event);
      this.last = answer.seq;
      this.options.onContinued();
    } else {
      this.last = answer.seq;
      const runs = runsOf(answer.sessions);
      // Those that come over the connection as well are told.
      for (const run of [...runs.values()].flat()) run.toolEvents.forEach((payload) => this.remember(payload));
      const pairingRequests = Array.isArray(answer.devicePairRequests) ? answer.devicePairRequests : null;
      this.options.onBreak({ runs, since, pairingRequests });
    }
    this.takeUp();
  }

  private broken(standing: Standing | null): void {
    this.instance = null;
    this.last = null;
    this.options.onBreak(standing);
    this.takeUp();
  }

  /** Deals with what was put aside; a number that is missing in it opens the next question. */
  private takeUp(): void {
    const waiting = this.aside ?? [];
    this.aside = null;
    for (const frame of waiting) this.hear(frame);
  }
}

const isEvent = (value: unknown): value is EventFrame => isRecord(value) && typeof value.event === "string";

function runsOf(sessions: unknown): Map<string, RunStanding[]> {
  const list = Array.isArray(sessions) ? sessions.filter(isRecord) : [];
  return new Map(list.map((session) => {
    const runs = Array.isArray(session.runs) ? session.runs.filter(isRecord) : [];
    return [String(session.sessionKey ?? ""), runs.map(standingOf)];
  }));
}

function standingOf(run: Record<string, unknown>): RunStanding {
  const { runId, state, seq, startedAt, message, thinking, errorMessage, toolEvents } = run;
  return {
    runId: String(runId ?? ""), state: String(state ?? ""), seq: typeof seq === "number" ? seq : 0,
    startedAt: typeof startedAt === "number" ? startedAt : null, message,
    thinking: typeof thinking === "string" ? thinking : "",
    errorMessage: typeof errorMessage === "string" ? errorMessage : undefined,
    toolEvents: Array.isArray(toolEvents) ? toolEvents.filter(isRecord) : [],
  };
}
