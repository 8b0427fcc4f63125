import * as assert from "node:assert/strict";
import { test } from "node:test";
import { chatReducer, emptyChat, type ChatState } from "../../../web/control-ui/state/chat-state";
import { EventFeed, type Standing } from "../../../web/shared/event-feed";
import { ConnectionLost, RequestError, type EventFrame } from "../../../web/shared/protocol";

const KEY = "agent:main:main";
const tick = (seq: number): EventFrame => ({ event: "tick", type: "event", payload: {}, seq });
const tool = (seq: number): EventFrame => ({ event: "agent", type: "event", payload: { runId: "r", seq, stream: "tool" } });

/** Lets what was promised happen. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A feed, what it asked, and what it said. */
class Bench {
  readonly said: unknown[] = [];
  readonly asked: { params: object; resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  readonly feed = new EventFeed({
    request: (_method, params) => new Promise((resolve, reject) => this.asked.push({ params, resolve, reject })),
    sessions: () => [KEY],
    onEvent: (event) => this.said.push(event.seq ?? (event.payload as { seq: number }).seq),
    onContinued: () => this.said.push("continued"),
    onBreak: (standing) => this.said.push(standing === null ? "break" : standing),
  });

  async answer(answer: unknown): Promise<void> {
    this.asked[this.asked.length - 1]?.resolve(answer);
    await settled();
  }
}

test("events of before the answer are dropped, and those of after it wait for it", async () => {
  const bench = new Bench();
  bench.feed.connected(["events.since"]);
  for (const seq of [4, 5, 6, 7]) bench.feed.hear(tick(seq));
  assert.deepEqual(bench.said, []);
  await bench.answer({ instance: "i", seq: 5, sessions: [] });
  assert.deepEqual(bench.said, [{ runs: new Map(), since: null, pairingRequests: null }, 6, 7]);
  bench.feed.lost();
  bench.feed.hear(tick(8));
  bench.feed.connected(["events.since"]);
  bench.feed.hear(tick(10));
  await bench.answer({ instance: "i", seq: 9, events: [tick(8), tick(9)] });
  assert.deepEqual(bench.said.slice(3), [8, 9, "continued", 10]);
  assert.deepEqual(bench.asked.map((one) => one.params), [{ sessions: [KEY] }, { instance: "i", seq: 7, sessions: [KEY] }]);
});

test("a number that is left out opens a question, and an old answer does not count", async () => {
  const bench = new Bench();
  bench.feed.connected(["events.since"]);
  await bench.answer({ instance: "i", seq: 1, sessions: [] });
  bench.feed.hear(tick(2));
  bench.feed.hear(tick(4));
  bench.feed.hear(tick(5));
  bench.feed.hear(tick(7));
  assert.deepEqual(bench.asked[1]?.params, { instance: "i", seq: 2, sessions: [KEY] });
  await bench.answer({ instance: "i", seq: 4, events: [tick(3), tick(4)] });
  assert.deepEqual(bench.said.slice(1), [2, 3, 4, "continued", 5]);
  assert.deepEqual(bench.asked[2]?.params, { instance: "i", seq: 5, sessions: [KEY] });
  bench.feed.lost();
  bench.feed.connected(["events.since"]);
  bench.asked[2]?.resolve({ instance: "i", seq: 7, events: [tick(6), tick(7)] });
  await bench.answer({ instance: "i", seq: 8, events: [tick(6), tick(7), tick(8)] });
  assert.deepEqual(bench.said.slice(6), [6, 7, 8, "continued"]);
});

test("tool events, which have no number, are told once", async () => {
  const bench = new Bench();
  bench.feed.connected(["events.since"]);
  await bench.answer({ instance: "i", seq: 1, sessions: [] });
  bench.feed.hear(tool(3));
  bench.feed.lost();
  bench.feed.connected(["events.since"]);
  await bench.answer({ instance: "i", seq: 1, events: [tool(3), tool(4)] });
  assert.deepEqual(bench.said.slice(1), [3, 4, "continued"]);
});

test("a snapshot brings tool calls and devices that wait, and what it told is not told again", async () => {
  const bench = new Bench();
  bench.feed.connected(["events.since"]);
  bench.feed.hear(tool(3));
  bench.feed.hear(tool(5));
  const waiting = { requestId: "r-1" };
  const run = { runId: "r", state: "running", seq: 1, toolEvents: [tool(3).payload, tool(4).payload, "nonsense"] };
  await bench.answer({ instance: "i", seq: 1, sessions: [{ sessionKey: KEY, runs: [run] }], devicePairRequests: [waiting] });
  bench.feed.hear(tool(4));
  const [standing, ...told] = bench.said as [Standing, ...unknown[]];
  assert.deepEqual(standing.pairingRequests, [waiting]);
  assert.deepEqual(standing.runs.get(KEY)?.[0]?.toolEvents, [tool(3).payload, tool(4).payload]);
  assert.deepEqual(told, [5]);
});

test("a Gateway without the method, one that refuses it, and one that answers nonsense break what was known", async () => {
  const bench = new Bench();
  bench.feed.connected([]);
  bench.feed.hear(tick(1));
  bench.feed.hear(tick(3));
  assert.deepEqual(bench.said, ["break", 1, "break", 3]);
  assert.equal(bench.asked.length, 0);
  assert.ok(!bench.feed.restart());
  for (const end of [
    () => bench.asked[bench.asked.length - 1]?.reject(new RequestError({ code: "INVALID_REQUEST", message: "no" })),
    () => bench.asked[bench.asked.length - 1]?.resolve({ seq: "x" }),
  ]) {
    bench.said.length = 0;
    bench.feed.lost();
    bench.feed.connected(["events.since"]);
    bench.feed.hear(tick(9));
    end();
    await settled();
    bench.feed.hear(tick(11));
    assert.deepEqual(bench.said, ["break", 9, "break", 11]);
  }
  bench.feed.lost();
  bench.feed.connected(["events.since"]);
  bench.said.length = 0;
  bench.asked[bench.asked.length - 1]?.reject(new ConnectionLost());
  await settled();
  assert.deepEqual(bench.said, []);
});

/** A Gateway with runs that go on at random, and pages whose connections are cut at random. */
class Play {
  state = 1;
  sequence = 0;
  told: { at: number; frame: EventFrame }[] = [];
  run: { id: string; seq: number; text: string; calls: number } | null = null;
  runs = 0;

  constructor(seed: number) {
    this.state = seed * 2_654_435_761 % 2_147_483_647 || 1;
  }

  random(below: number): number {
    this.state = this.state * 48_271 % 2_147_483_647;
    return this.state % below;
  }

  emit(event: string, payload: Record<string, unknown>, numbered = true): EventFrame {
    const frame: EventFrame = { type: "event", event, payload };
    if (numbered) frame.seq = ++this.sequence;
    this.told.push({ at: this.sequence, frame });
    return frame;
  }

  step(): EventFrame[] {
    this.run ??= { id: `run-${++this.runs}`, seq: 0, text: "", calls: 0 };
    const run = this.run;
    const about = { runId: run.id, sessionKey: KEY, seq: ++run.seq };
    const message = () => ({ role: "assistant", content: [{ type: "text", text: run.text }], timestamp: 1 });
    if (run.seq === 1) {
      return [this.emit("agent", { ...about, stream: "lifecycle", data: { phase: "start", startedAt: this.runs } })];
    }
    const dice = this.random(20);
    if (dice === 0) {
      this.run = null;
      return [this.emit("chat", { ...about, state: this.random(3) ? "final" : "error", message: message(), errorMessage: "x" })];
    }
    if (dice < 4) {
      const id = `call-${run.id}-${++run.calls}`;
      const call = (seq: number, data: object) =>
        this.emit("agent", { ...about, seq, stream: "tool", data: { ...data, name: "read", toolCallId: id } }, false);
      return [call(run.seq, { phase: "start", args: {} }), call(++run.seq, { phase: "result", isError: dice === 1 })];
    }
    if (dice === 4) return [this.emit("tick", {})];
    run.text += `${run.seq} `;
    return [this.emit("chat", { ...about, state: "delta", message: message() })];
  }

  /** The answer of the Gateway: pieces of a text between two other events of their run are one. */
  since(params: { seq?: number }): unknown {
    const answer = { instance: "i", seq: this.sequence };
    if (params.seq === undefined) return { ...answer, sessions: [] };
    const since = params.seq;
    const missed = this.told.filter(({ at, frame }) => (frame.seq === undefined ? at >= since : at > since));
    const events = missed.filter(({ frame }, index) => {
      const state = (one: EventFrame | undefined) => (one?.payload as { state?: string } | undefined)?.state;
      return state(frame) !== "delta" || state(missed[index + 1]?.frame) !== "delta";
    });
    return { ...answer, events: events.map(({ frame }) => frame) };
  }
}

test("a page that is cut at random comes to what a page shows that never is", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const play = new Play(seed);
    let whole: ChatState = emptyChat(KEY);
    let page: ChatState = emptyChat(KEY);
    const told = (state: ChatState, frame: EventFrame): ChatState =>
      frame.event === "tick" ? state
        : chatReducer(state, { type: frame.event as "chat" | "agent", payload: frame.payload as Record<string, unknown>, now: 7 });
    let isOpen = false;
    let breaks = 0;
    const pending: (() => void)[] = [];
    const feed = new EventFeed({
      request: (_method, params) => new Promise((resolve, reject) => {
        const answer = play.since(params as { seq?: number });
        pending.push(() => (isOpen ? resolve(answer) : reject(new ConnectionLost())));
      }),
      sessions: () => [KEY],
      onEvent: (frame) => { page = told(page, frame); },
      onContinued: () => {},
      onBreak: (_standing: Standing | null) => { breaks += 1; },
    });
    const settle = async () => {
      for (const one of pending.splice(0)) one();
      await settled();
    };
    feed.connected(["events.since"]);
    isOpen = true;
    await settle();
    for (let step = 0; step < 400; step++) {
      const frames = play.step();
      for (const frame of frames) {
        whole = told(whole, frame);
        // Some are left out for a client that reads too slowly; ends and tool calls never are.
        if (isOpen && !(frame.event === "tick" && play.random(2) === 0)) feed.hear(frame);
      }
      const dice = play.random(8);
      if (dice === 0) {
        isOpen = !isOpen;
        if (isOpen) feed.connected(["events.since"]);
        else feed.lost();
      }
      if (dice < 4) await settle();
    }
    if (!isOpen) feed.connected(["events.since"]);
    isOpen = true;
    await settle();
    feed.hear(play.emit("tick", {}));
    await settle();
    assert.deepEqual(page, whole, `seed ${seed}`);
    assert.equal(breaks, 1, `seed ${seed}`);
    assert.ok(play.runs > 5);
  }
});
