import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { CredentialStore } from "../shared/credentials";
import type { GatewaySocket } from "../shared/gateway-socket";
import { Banners } from "./components/banners";
import { Composer } from "./components/composer";
import { Gate } from "./components/gate";
import { Sidebar } from "./components/sidebar";
import { useTheme } from "./components/theme";
import { TopBar } from "./components/top-bar";
import { Transcript } from "./components/transcript";
import { currentModel } from "./state/app-state";
import type { ChatClient } from "./state/chat-client";
import { isBusy } from "./state/chat-state";
import { nameOfKey } from "./state/sessions";

interface Props {
  client: ChatClient;
  socket: GatewaySocket;
  credentials: CredentialStore;
}

export function App({ client, socket, credentials }: Props) {
  const state = useSyncExternalStore(client.subscribe, client.getState);
  const { chat, phase, settings } = state;
  const [drawer, setDrawer] = useState(false);
  const [drafts, setDrafts] = useState<Record<string, string>>({});
  const draft = drafts[chat.sessionKey] ?? "";
  const setDraft = (text: string) => setDrafts({ ...drafts, [chat.sessionKey]: text });
  const busy = isBusy(chat);
  const online = phase.kind === "ready";
  const title = state.sessions.find((row) => row.key === chat.sessionKey)?.name ?? nameOfKey(chat.sessionKey);

  useTheme(settings.theme);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (drawer) setDrawer(false);
      else if (busy) client.abort();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [drawer, busy, client]);

  const outbox = useMemo(
    () => chat.outbox.filter((message) => message.sessionKey === chat.sessionKey), [chat.outbox, chat.sessionKey]);

  if (state.refusal !== null) {
    return (
      <Gate
        retryAt={phase.kind === "refused" ? phase.retryAt : null} trying={phase.kind === "connecting"}
        key={state.refusal.failure.kind} failure={state.refusal.failure} onReconnect={socket.reconnectNow}
        onCredential={(secret, value) => {
          if (secret === "token") credentials.setToken(value);
          else credentials.setPassword(value);
          socket.reconnectNow();
        }}
      />
    );
  }
  return (
    <div className="shell">
      <Sidebar
        sessions={state.sessions} current={chat.sessionKey} open={drawer} online={online}
        onClose={() => setDrawer(false)} onPick={(key) => client.openSession(key)}
        onStartOver={() => { client.startOver(); setDrawer(false); }}
      />
      <main className="main">
        <TopBar
          title={title} model={currentModel(state)} phase={phase} settings={settings} onMenu={() => setDrawer(true)}
          onSettings={(change) => client.changeSettings(change)}
        />
        <Banners
          state={state} onReconnect={socket.reconnectNow}
          onPairing={(id, decision) => client.resolvePairing(id, decision)}
          onDismissProblem={() => client.update({ problem: null })}
          onDismissGateway={() => client.update({ ignoredGateway: false })}
        />
        <Transcript state={state} onSuggest={(text) => client.send(text)} />
        <Composer
          key={chat.sessionKey} draft={draft} outbox={outbox} busy={busy && online} online={online} onDraft={setDraft}
          onSend={(text) => client.send(text)} onStop={() => client.abort()}
          onRemove={(key) => client.takeBack(key)} onRetry={(key) => client.retry(key)}
          onTakeBack={(key) => setDraft([client.takeBack(key), draft].filter(Boolean).join("\n"))}
        />
      </main>
    </div>
  );
}
