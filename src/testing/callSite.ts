import { join, sep } from 'node:path';
import { describeError } from '../errors/serializeError';

/** The engine's folder. Its own stack frames would not help the reader of a message. */
const ENGINE = join(__dirname, '..', sep);
const FRAME = /\((.+:\d+:\d+)\)$|at (?:async )?(.+:\d+:\d+)$/;
const DEEPEST_FRAME = 50;

/** A place in the source, formatted only when it is read. */
export interface CallSite {
  /**
   * `file:line:column` of the innermost stack frame outside daemonry, Node and packages; undefined when there is none.
   */
  readonly at: string | undefined;
}

/** A call that a test has made. */
export interface SitedCall {
  /** The call as text: `advance("1h")`. */
  readonly call: string;
  /** The line of the test that made it. */
  readonly site: CallSite;
}

/** The call and its place as text: `advance("1h"), called at file:line:column`. */
export const describeCall = ({ call, site }: SitedCall): string =>
  site.at === undefined ? call : `${call}, called at ${site.at}`;

/** Replaces the stack of an error, which shows where it was made, by the users' lines that it is about. */
export function pointTo<E extends Error>(error: E, sites: readonly (string | undefined)[]): E {
  const frames = sites.filter((at) => at !== undefined).map((at) => `    at ${at}`);
  error.stack = [describeError(error), ...frames].join('\n');
  return error;
}

/** Captures the place of the call that is running. */
export function callSite(): CallSite {
  const trace: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEPEST_FRAME;
  Error.captureStackTrace(trace, callSite);
  Error.stackTraceLimit = limit;
  return {
    get at() {
      const frames = (trace.stack ?? '').split('\n').map((line) => FRAME.exec(line));
      return frames.map((frame) => frame?.[1] ?? frame?.[2]).find((frame) => frame !== undefined && isUsers(frame));
    },
  };
}

const isUsers = (frame: string): boolean =>
  !frame.startsWith(ENGINE) && !frame.startsWith('node:') && !/[\\/]node_modules[\\/]/.test(frame);
