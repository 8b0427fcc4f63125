/** What the page's address says: where the Gateway is, and what a link hands over. */

/** The pages of the interface; a base path stands before them. */
const PLACES = new Set(["chat"]);

export interface PageAddress {
  /** Empty, or a path that starts with `/` and does not end with one. */
  basePath: string;
  gatewayURL: string;
  token: string | null;
  session: string | null;
  /** The link named another Gateway. It is never followed. */
  ignoredGateway: boolean;
  /** The address to show instead, without secrets; null when it can stay. */
  cleaned: string | null;
}

type LocationParts = Pick<Location, "protocol" | "host" | "pathname" | "search" | "hash">;

export function readAddress(location: LocationParts): PageAddress {
  const basePath = basePathOf(location.pathname);
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.replace(/^#/, ""));
  const take = (name: string): string | null => {
    const value = query.get(name) ?? fragment.get(name);
    query.delete(name);
    fragment.delete(name);
    return value;
  };
  const session = query.get("session") ?? fragment.get("session");
  const before = `${query}#${fragment}`;
  const token = take("token");
  const gateway = take("gatewayUrl");
  take("password");
  const changed = before !== `${query}#${fragment}`;
  const rest = (prefix: string, text: string) => (text === "" ? "" : prefix + text);
  return {
    basePath,
    gatewayURL: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${basePath}`,
    token: token?.trim() || null,
    session: session || null,
    ignoredGateway: gateway !== null,
    cleaned: changed ? location.pathname + rest("?", String(query)) + rest("#", String(fragment)) : null,
  };
}

function basePathOf(pathname: string): string {
  const parts = pathname.replace(/\/index\.html$/, "/").split("/").filter((part) => part !== "");
  const place = parts[parts.length - 1];
  if (place !== undefined && PLACES.has(place)) parts.pop();
  return parts.map((part) => `/${part}`).join("");
}
