import { url } from 'node:inspector';
import { runInThisContext } from 'node:vm';

import type { CallInFlight } from '../contracts/ApplicationEvents';
import { LONGEST_TEXT } from '../errors/foreign';
import { stackOf } from '../errors/serializeError';
import { currentExecution } from '../execution/ExecutionContext';
import type { Sighting } from './messages';

/** The symbol under which the sightings of all applications of the process are found. */
export const SIGHTINGS = 'daemonry.sightings';

/** The frames of a stack that are looked at. */
const MOST_FRAMES = 64;
/** The frame of the question itself; those above it are part of it. */
const QUESTION = /^ +at <anonymous>:1:\d+$/;

type Sightings = Record<string, () => string>;

/**
 * Lets a debugging session ask what the application is doing.
 *
 * @param callsOf - returns the hooks and runs in flight.
 * @returns a function that ends it.
 */
export function offerSightings(sessionId: string, callsOf: () => readonly CallInFlight[]): () => void {
  const sightings = sightingsOf(mainGlobal());
  sightings[sessionId] = () => JSON.stringify(look(sessionId, callsOf()));
  return () => {
    delete sightings[sessionId];
  };
}

function look(sessionId: string, inFlight: readonly CallInFlight[]): Sighting {
  const execution = currentExecution();
  const stack = currentStack();
  const isInspected = url() !== undefined;
  const base = { inFlight, isInspected, ...(stack === '' ? {} : { stack }) };
  // Another application of this process has a watchdog of its own.
  if (execution?.sessionId !== sessionId) return base;
  const { listener, hook, task, runId } = execution;
  return {
    ...base,
    listener,
    hook,
    ...(task === undefined ? {} : { task }),
    ...(runId === undefined ? {} : { runId }),
  };
}

/** The frames below the question, one a line. */
function currentStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = MOST_FRAMES;
  const lines = stackOf(new Error('sighting')).split('\n');
  Error.stackTraceLimit = limit;
  const frames = lines.slice(lines.findIndex((line) => QUESTION.test(line)) + 1).map((line) => line.trim());
  return frames.join('\n').slice(0, LONGEST_TEXT);
}

/** The globals that a debugging session sees. Where code runs in a context of its own, as under Jest, it has others. */
const mainGlobal = (): object => runInThisContext('globalThis') as object;

function sightingsOf(globals: object): Sightings {
  const key = Symbol.for(SIGHTINGS);
  const found = Reflect.get(globals, key) as Sightings | undefined;
  if (found !== undefined) return found;
  const sightings: Sightings = {};
  Object.defineProperty(globals, key, { value: sightings });
  return sightings;
}
