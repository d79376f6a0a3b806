import { join, sep } from 'node:path';

/** The folder of the engine: its own frames say nothing to whoever reads a message. */
const ENGINE = join(__dirname, '..', sep);
const FRAME = /\((.+:\d+:\d+)\)$|at (?:async )?(.+:\d+:\d+)$/;
const DEEPEST_FRAME = 50;

/** Where code was. The text is made only when it is asked for. */
export interface CallSite {
  /** `file:line:column` of the first frame that is neither daemonry's, Node's nor a package's; undefined without one. */
  readonly at: string | undefined;
}

/** A call that a test has made, and where. */
export interface SitedCall {
  /** `advance("1h")` */
  readonly call: string;
  readonly site: CallSite;
}

/** `advance("1h"), called at file:line:column` */
export const describeCall = ({ call, site }: SitedCall): string =>
  site.at === undefined ? call : `${call}, called at ${site.at}`;

/** Has the stack of an error show the lines of users that it is about, in place of where it was made. */
export function pointTo<E extends Error>(error: E, sites: readonly (string | undefined)[]): E {
  const frames = sites.filter((at) => at !== undefined).map((at) => `    at ${at}`);
  error.stack = [`${error.name}: ${error.message}`, ...frames].join('\n');
  return error;
}

/** Remembers where the current code is. */
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
