/** The credentials of this page: each belongs to one Gateway address and is never sent to another. */
import { isRecord, readJSON, writeJSON, type KeyValueStore } from "./storage";

export const SETTINGS_KEY = "openclaw.control.settings.v1";
export const DEVICE_AUTH_KEY = "openclaw.device.auth.v1";

export interface Credentials {
  /** The Gateway's shared token. */
  token?: string;
  /** The token that the Gateway gave to this device. */
  deviceToken?: string;
  /** Kept in memory only. */
  password?: string;
}

export class CredentialStore {
  private password: string | undefined;

  constructor(
    private readonly store: KeyValueStore, private readonly gatewayURL: string, private readonly role = "operator",
  ) {}

  read(deviceId: string): Credentials {
    const settings = readJSON(this.store, SETTINGS_KEY);
    const credentials: Credentials = {};
    const ours = !settings?.gatewayUrl || settings.gatewayUrl === this.gatewayURL;
    if (ours && typeof settings?.token === "string" && settings.token !== "") credentials.token = settings.token;
    const record = this.deviceRecords()[this.role];
    if (readJSON(this.store, DEVICE_AUTH_KEY)?.deviceId === deviceId && isRecord(record)) {
      if (typeof record.token === "string") credentials.deviceToken = record.token;
    }
    if (this.password !== undefined) credentials.password = this.password;
    return credentials;
  }

  setToken(token: string): void {
    const settings = readJSON(this.store, SETTINGS_KEY) ?? {};
    writeJSON(this.store, SETTINGS_KEY, { ...settings, gatewayUrl: this.gatewayURL, token });
  }

  setPassword(password: string): void {
    this.password = password;
  }

  setDeviceToken(deviceId: string, token: string, scopes: string[], now = Date.now()): void {
    const stored = readJSON(this.store, DEVICE_AUTH_KEY);
    const kept = stored?.deviceId === deviceId ? stored : { version: 1, deviceId };
    const record = { token, role: this.role, scopes, updatedAtMs: now };
    const records = { ...this.deviceRecords(), [this.role]: record };
    const gateways = { ...(isRecord(kept.gateways) ? kept.gateways : {}), [this.gatewayURL]: records };
    writeJSON(this.store, DEVICE_AUTH_KEY, { ...kept, gateways });
  }

  dropDeviceToken(): void {
    const stored = readJSON(this.store, DEVICE_AUTH_KEY);
    if (!stored || !isRecord(stored.gateways)) return;
    const gateways = { ...stored.gateways };
    delete gateways[this.gatewayURL];
    writeJSON(this.store, DEVICE_AUTH_KEY, { ...stored, gateways });
  }

  private deviceRecords(): Record<string, unknown> {
    const gateways = readJSON(this.store, DEVICE_AUTH_KEY)?.gateways;
    const records = isRecord(gateways) ? gateways[this.gatewayURL] : undefined;
    return isRecord(records) ? records : {};
  }
}
