import { type Route, ROUTES } from '../audit_log/routes';

/** Tokens and costs of one call of a model. */
export interface TelemetryRecord {
  /** The reason of the call. */
  readonly route: Route;
  /** The name of the model. */
  readonly model: string;
  /** Number of input tokens. */
  readonly inputTokens: number;
  /** Number of output tokens. */
  readonly outputTokens: number;
  /** Number of tokens read from the cache. */
  readonly cacheReadTokens?: number;
  /** Number of tokens written to the cache. */
  readonly cacheCreationTokens?: number;
  /** Cost of the call in USD. */
  readonly costUsd: number;
  /** Why the strong model was used; absent when it was not. */
  readonly escalationReason?: string;
}

/** The sums of the calls of a route. */
export interface RouteCounters {
  /** Number of calls. */
  readonly calls: number;
  /** Number of input tokens. */
  readonly inputTokens: number;
  /** Number of output tokens. */
  readonly outputTokens: number;
  /** Number of tokens read from the cache. */
  readonly cacheReadTokens: number;
  /** Number of tokens written to the cache. */
  readonly cacheCreationTokens: number;
  /** Cost in USD. */
  readonly costUsd: number;
  /** Calls with an escalation reason. */
  readonly escalations: number;
  /** Calls by model. */
  readonly models: Readonly<Record<string, number>>;
  /** Calls by escalation reason. */
  readonly escalationReasons: Readonly<Record<string, number>>;
}

/** The names of the windows. */
export const WINDOWS = ['process_lifetime', 'rolling_24h', 'monthly'] as const;
/** The name of a window. */
export type WindowName = (typeof WINDOWS)[number];

/** The sums of the calls in a window of time. */
export interface TelemetryWindow {
  /** ISO text: where the window begins. */
  readonly since: string;
  /** Routes without a call are absent. */
  readonly routes: Readonly<Partial<Record<Route, RouteCounters>>>;
  /** The sums of all routes. */
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
