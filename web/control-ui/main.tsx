import { createRoot } from "react-dom/client";
import { readAddress } from "../shared/address";
import { CredentialStore } from "../shared/credentials";
import { loadIdentity } from "../shared/device-identity";
import { GatewaySocket } from "../shared/gateway-socket";
import { browserStore } from "../shared/storage";
import { App } from "./app";
import { ChatClient } from "./state/chat-client";

/** Told to the Gateway as the version of this client. */
const VERSION = "2026.3.3";

const address = readAddress(window.location);
if (address.cleaned !== null) history.replaceState(null, "", address.cleaned);

const lasting = browserStore("localStorage");
const credentials = new CredentialStore(lasting, address.gatewayURL);
if (address.token !== null) credentials.setToken(address.token);

const client = new ChatClient({ lasting, tab: browserStore("sessionStorage") }, address);
const socket = new GatewaySocket({
  url: address.gatewayURL, version: VERSION, identity: loadIdentity(lasting), credentials,
  isServed, onPhase: client.onPhase, onEvent: client.onFrame,
});
client.attach(socket);

// A second link with a token, opened in the same tab, changes only the fragment.
window.addEventListener("hashchange", () => {
  const next = readAddress(window.location);
  if (next.cleaned !== null) history.replaceState(null, "", next.cleaned);
  if (next.ignoredGateway) client.update({ ignoredGateway: true });
  if (next.token !== null) {
    credentials.setToken(next.token);
    socket.reconnectNow();
  }
});

createRoot(document.getElementById("app")!).render(<App client={client} socket={socket} credentials={credentials} />);
socket.start();

async function isServed(): Promise<boolean> {
  try {
    return (await fetch(`${address.basePath}/`, { method: "HEAD", cache: "no-store" })).ok;
  } catch {
    return false;
  }
}
