import type { TelemetryWindow, WindowName } from './TelemetryWindow';

export const TELEMETRY_SCHEMA_VERSION = 1;

/** Five minutes of calls. */
export interface TelemetryBucket {
  /** ISO text: where they begin. */
  readonly since: string;
  readonly routes: TelemetryWindow['routes'];
}

/** What the file of the counters holds. */
export interface TelemetryDocument {
  readonly schemaVersion: typeof TELEMETRY_SCHEMA_VERSION;
  /** ISO text. */
  readonly writtenAt: string;
  readonly windows: Readonly<Record<WindowName, TelemetryWindow>>;
  /** What the rolling window is made of, oldest first. */
  readonly buckets: readonly TelemetryBucket[];
}
