import { type Route, ROUTES } from '../shared/routes';

/** Tokens and costs of one call of a model. */
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

/** More than any call takes; sums of it stay finite. */
const LARGEST = 1e12;

export interface SoundRecord {
  readonly call: TelemetryRecord;
  /** The fields that made no sense; empty when all did. */
  readonly unsound: readonly string[];
}

/**
 * The figures of `call` that can be counted. A figure that is not a number, negative or implausibly large counts as 0, and
 * the call is counted under the route `unknown`: it is neither lost nor believed.
 */
export function soundRecord(call: TelemetryRecord): SoundRecord {
  const unsound: string[] = [];
  const check = <K extends keyof TelemetryRecord>(
    name: K,
    isSound: (value: unknown) => boolean,
    instead: TelemetryRecord[K],
  ) => {
    if (isSound(call[name])) return call[name];
    unsound.push(name);
    return instead;
  };
  const checked = {
    model: check('model', isText, 'unknown'),
    inputTokens: check('inputTokens', isFigure, 0),
    outputTokens: check('outputTokens', isFigure, 0),
    cacheReadTokens: check('cacheReadTokens', orAbsent(isFigure), 0) ?? 0,
    cacheCreationTokens: check('cacheCreationTokens', orAbsent(isFigure), 0) ?? 0,
    costUsd: check('costUsd', isFigure, 0),
  };
  const escalationReason = check('escalationReason', orAbsent(isText), 'unknown');
  const route = check('route', isRoute, 'unknown');
  return {
    call: {
      ...checked,
      route: unsound.length > 0 ? 'unknown' : route,
      ...(escalationReason === undefined ? {} : { escalationReason }),
    },
    unsound,
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isFigure = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value <= LARGEST;
const isRoute = (value: unknown): boolean => (ROUTES as readonly unknown[]).includes(value);
const orAbsent =
  (isSound: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || isSound(value);
