import type { ReactNode } from "react";
import { currentModel, SCRIPTED_MODEL, type AppState } from "../state/app-state";
import { Icon } from "./icon";
import { Countdown } from "./countdown";

interface Props {
  state: AppState;
  onDismissProblem: () => void;
  onDismissGateway: () => void;
  onReconnect: () => void;
  onPairing: (requestId: string, decision: "approve" | "reject") => void;
}

export function Banners({ state, onDismissProblem, onDismissGateway, onReconnect, onPairing }: Props) {
  const { phase } = state;
  return (
    <div className="banners">
      {phase.kind === "lost" && (
        <Banner kind={phase.restarting ? "info" : "warning"} id="offline">
          {phase.restarting ? "The Gateway restarts. " : "The Gateway does not answer. "}
          <Countdown until={phase.retryAt} before="Next try" /> What you write is kept and sent then.
          <Choice caption="Try now" onClick={onReconnect} />
        </Banner>
      )}
      {state.safeMode !== null && (
        <Banner kind="warning" id="safe-mode">
          <strong>Safe mode.</strong> The Gateway runs on the last configuration that worked. {state.safeMode} Correct
          the file; <code>openclaw config validate</code> names the place.
        </Banner>
      )}
      {currentModel(state) === SCRIPTED_MODEL && (
        <Banner kind="info" id="scripted">
          <strong>This is a script, not an AI.</strong> For real answers set <code>ANTHROPIC_API_KEY</code> or{" "}
          <code>OPENAI_API_KEY</code>, or name an OpenAI-compatible server in the configuration, and restart the
          Gateway.
        </Banner>
      )}
      {state.ignoredGateway && (
        <Banner kind="warning" id="ignored-gateway" onDismiss={onDismissGateway}>
          The link asked this page to connect to another Gateway. That was not done: a page talks only to the Gateway
          that served it.
        </Banner>
      )}
      {state.pairingRequests.map(({ requestId, name }) => (
        <Banner key={requestId} kind="info" id="pairing-request">
          <strong>{name}</strong> asks to use this Gateway. Approve only what you have just opened yourself.
          <Choice caption="Approve" onClick={() => onPairing(requestId, "approve")} />
          <Choice caption="Reject" onClick={() => onPairing(requestId, "reject")} />
        </Banner>
      ))}
      {state.problem !== null && (
        <Banner kind="warning" id="problem" onDismiss={onDismissProblem}>{state.problem}</Banner>
      )}
    </div>
  );
}

function Choice({ caption, onClick }: { caption: string; onClick: () => void }) {
  return <button type="button" className="button small" onClick={onClick}>{caption}</button>;
}

interface BannerProps {
  kind: "info" | "warning";
  id: string;
  onDismiss?: () => void;
  children: ReactNode;
}

function Banner({ kind, id, onDismiss, children }: BannerProps) {
  return (
    <div className={`banner ${kind}`} role="status" data-banner={id}>
      <p>{children}</p>
      {onDismiss && (
        <button type="button" className="icon-button small" aria-label="Dismiss" title="Dismiss" onClick={onDismiss}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
