/** What stands in the place of the chat while the Gateway does not let this page in: the reason and the next step. */
import { useState, type FormEvent, type ReactNode } from "react";
import type { Failure } from "../../shared/failure";
import { Countdown } from "./countdown";
import { CopyButton } from "./copy-button";

interface Props {
  failure: Failure;
  retryAt: number | null;
  trying: boolean;
  onCredential: (secret: "token" | "password", value: string) => void;
  onReconnect: () => void;
}

export function Gate(props: Props) {
  return (
    <main className="gate">
      <section className="gate-card" data-gate={props.failure.kind} aria-live="polite">
        <img src="./assets/favicon.svg" alt="" width="40" height="40" />
        <GateText {...props} />
        <p className="gate-more">
          {props.trying && "Trying… "}
          {props.retryAt !== null && <Countdown until={props.retryAt} before="This page tries again" />}
          <button type="button" className="link" onClick={props.onReconnect}>Try now</button>
        </p>
        <details><summary>What the Gateway said</summary><p className="wire">{props.failure.message}</p></details>
      </section>
    </main>
  );
}

function GateText({ failure, onCredential }: Props) {
  switch (failure.kind) {
    case "credential":
      return <Credential failure={failure} onCredential={onCredential} />;
    case "pairing":
      return <Pairing requestId={failure.requestId} reason={failure.reason} />;
    case "origin":
      return (
        <Text title="This address is not allowed">
          <p>The Gateway does not accept pages from <code>{location.origin}</code>. Allow it on the computer of the
            Gateway:</p>
          <Command text={`openclaw config set gateway.controlUi.allowedOrigins '["${location.origin}"]'`} />
          <p>or open the page at <code>http://127.0.0.1:18789</code> there. A proxy in between has to pass WebSockets on.</p>
        </Text>
      );
    case "rate-limited":
      return (
        <Text title="Too many wrong attempts">
          <p>The Gateway refuses this browser for five minutes, because a wrong token was sent too often. Get the right
            one meanwhile, on the computer of the Gateway:</p>
          <Command text="openclaw dashboard --no-open" />
        </Text>
      );
    case "protocol":
      return (
        <Text title="The versions do not fit">
          <p>This page speaks protocol 3{failure.expected === null ? "" : `, the Gateway protocol ${failure.expected}`}.
            Load the page again; if that does not help, the Gateway and its page come from different releases.</p>
          <button type="button" className="button primary" onClick={() => location.reload()}>Load again</button>
        </Text>
      );
    case "identity":
      return (
        <Text title={failure.clock ? "The clocks differ" : "This browser could not prove who it is"}>
          {failure.clock
            ? <p>The clock of this device and that of the Gateway are more than two minutes apart. Set them right.</p>
            : <p>The Gateway did not accept the key of this browser. On the computer of the Gateway, remove the device
              and let it pair again:</p>}
          {!failure.clock && <Command text="openclaw devices list" />}
        </Text>
      );
    case "other":
      return (
        <Text title="The Gateway refused the connection">
          <p>{failure.message}</p>
          <Command text="openclaw logs --follow" />
        </Text>
      );
  }
}

function Text({ title, children }: { title: string; children: ReactNode }) {
  return <><h1>{title}</h1>{children}</>;
}

function Command({ text }: { text: string }) {
  return <div className="command"><code>{text}</code><CopyButton text={text} label="Copy command" /></div>;
}

function Pairing({ requestId, reason }: { requestId: string | null; reason: string | null }) {
  const why = reason === "not-paired" || reason === null
    ? "This browser is new to the Gateway. Approve it once, on the computer of the Gateway:"
    : "This browser asks for more than was approved. Approve it again, on the computer of the Gateway:";
  return (
    <Text title="Waiting for approval">
      <p>{why}</p>
      <Command text="openclaw devices list" />
      <Command text={`openclaw devices approve ${requestId ?? "<requestId>"}`} />
      {requestId !== null && <p className="quiet">Request <code className="request">{requestId}</code></p>}
      <p className="quiet">A page that is already open on another device can approve it, too.</p>
    </Text>
  );
}

interface CredentialProps {
  failure: Extract<Failure, { kind: "credential" }>;
  onCredential: Props["onCredential"];
}

function Credential({ failure, onCredential }: CredentialProps) {
  const [value, setValue] = useState("");
  const { secret, given } = failure;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== "") onCredential(secret, value.trim());
  };
  return (
    <Text title={given ? `The ${secret} is wrong` : `The Gateway asks for its ${secret}`}>
      {secret === "token" && (
        <>
          <p>Open the link that this command prints on the computer of the Gateway, or paste the token from it:</p>
          <Command text="openclaw dashboard --no-open" />
        </>
      )}
      <form className="credential" onSubmit={submit}>
        <input
          type="password" value={value} autoFocus autoComplete="current-password" spellCheck={false}
          aria-label={`Gateway ${secret}`} placeholder={`Gateway ${secret}`} aria-invalid={given}
          onChange={(event) => setValue(event.target.value)}
        />
        <button type="submit" className="button primary" disabled={value.trim() === ""}>Connect</button>
      </form>
    </Text>
  );
}
