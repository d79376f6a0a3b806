import type { Route } from '../shared/routes';

/** What one call of a model took. */
export interface TelemetryRecord {
  readonly route: Route;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheCreationTokens?: number;
  readonly costUsd: number;
  /** Why the strong model was used; absent when it was not. */
  readonly escalationReason?: string;
}

export interface RouteCounters {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly costUsd: number;
  /** Calls with an escalation reason. */
  readonly escalations: number;
  /** Calls by model. */
  readonly models: Readonly<Record<string, number>>;
  /** Calls by escalation reason. */
  readonly escalationReasons: Readonly<Record<string, number>>;
}

export const WINDOWS = ['process_lifetime', 'rolling_24h', 'monthly'] as const;
export type WindowName = (typeof WINDOWS)[number];

export interface TelemetryWindow {
  /** ISO text: where the window begins. */
  readonly since: string;
  /** Routes without a call are absent. */
  readonly routes: Readonly<Partial<Record<Route, RouteCounters>>>;
  readonly total: RouteCounters;
}
