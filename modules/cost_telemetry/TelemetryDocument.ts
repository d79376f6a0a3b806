import { type TelemetryWindow, type WindowName, type RouteCounters, WINDOWS } from './TelemetryWindow';
import { isObject } from '../shared/fields';
import { type Route, ROUTES } from '../audit_log/routes';
import { SUMS } from './Tally';

export const TELEMETRY_SCHEMA_VERSION = 1;

/** Five minutes of calls. */
export interface TelemetryBucket {
  /** ISO text: where they begin. */
  readonly since: string;
  readonly routes: TelemetryWindow['routes'];
}

/** The stored counters. */
export interface TelemetryDocument {
  readonly schemaVersion: typeof TELEMETRY_SCHEMA_VERSION;
  /** ISO text. */
  readonly writtenAt: string;
  readonly windows: Readonly<Record<WindowName, TelemetryWindow>>;
  /** The parts of the rolling window, oldest first. */
  readonly buckets: readonly TelemetryBucket[];
}

/** @throws TypeError for anything but a document of telemetry. */
export function parseTelemetry(value: unknown): TelemetryDocument {
  const { schemaVersion, writtenAt, windows, buckets } = asObject('the document', value);
  if (schemaVersion !== TELEMETRY_SCHEMA_VERSION)
    throw new TypeError(`"schemaVersion" is not ${TELEMETRY_SCHEMA_VERSION}`);
  const given = asObject('"windows"', windows);
  if (!Array.isArray(buckets)) throw new TypeError('"buckets" is not a list');
  const parsed = WINDOWS.map((name) => [name, parseWindow(name, given[name])] as const);
  return {
    schemaVersion,
    writtenAt: asInstant('"writtenAt"', writtenAt),
    windows: Object.fromEntries(parsed) as Record<WindowName, TelemetryWindow>,
    buckets: buckets.map((bucket) => parseBucket(bucket)),
  };
}

function parseWindow(name: string, value: unknown): TelemetryWindow {
  const { since, routes, total } = asObject(`"${name}"`, value);
  return { since: asInstant('"since"', since), routes: parseRoutes(routes), total: parseCounters('total', total) };
}

function parseBucket(value: unknown): TelemetryBucket {
  const { since, routes } = asObject('a bucket', value);
  return { since: asInstant('"since"', since), routes: parseRoutes(routes) };
}

function parseRoutes(value: unknown): TelemetryWindow['routes'] {
  const entries = Object.entries(asObject('"routes"', value)).map(([route, counters]) => {
    if (!ROUTES.includes(route as Route)) throw new TypeError('a route is not a known one');
    return [route, parseCounters(route, counters)] as const;
  });
  return Object.fromEntries(entries);
}

function parseCounters(name: string, value: unknown): RouteCounters {
  const given = asObject(`"${name}"`, value);
  const sums = SUMS.map((sum) => [sum, asCount(`"${sum}"`, given[sum])] as const);
  const sumsByName = Object.fromEntries(sums) as Record<(typeof SUMS)[number], number>;
  const { models, escalationReasons } = given;
  return { ...sumsByName, models: parseLabels(models), escalationReasons: parseLabels(escalationReasons) };
}

function parseLabels(value: unknown): Readonly<Record<string, number>> {
  const entries = Object.entries(asObject('the labels', value));
  return Object.fromEntries(entries.map(([label, count]) => [label, asCount('a label', count)]));
}

function asObject(what: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new TypeError(`${what} is not an object`);
}

function asCount(what: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`${what} is not a count`);
}

function asInstant(what: string, value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new TypeError(`${what} is not an instant`);
}
