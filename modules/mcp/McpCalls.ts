import { Application, Clock, type Duration, messageOf, withDeadline } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import type { KnownCaller } from './CallerCheck';
import type { ServerLibrary } from './loadServer';
import { McpSettings } from './McpSettings';
import { DuplicateToolError, type McpCallContext, type McpCapability } from './McpTools';

/** By the protocol's rule, codes of an application's own lie between -32000 and -32099. */
const DENIED = -32_001;
/** Longest answer that is sent, in characters of JSON. */
const MAX_ANSWER_LENGTH = 8_000_000;

/** One request of a client. */
export interface McpCall {
  readonly library: ServerLibrary;
  readonly caller: KnownCaller;
  /** Aborts when nobody waits for the answer. */
  readonly signal: AbortSignal;
}

/** The rules for everything that a client can ask for: who may, and for how long. */
@injectable()
export class McpCalls {
  constructor(
    private readonly settings: McpSettings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly application: Application,
  ) {}

  /** The message of an error as a client may see it: what has failed may know secrets, and a client need not. */
  messageOf(error: unknown): string {
    return messageOf(error, (text) => this.application.redact(text));
  }

  /** Refuses a caller that lacks the capability, which the audit log records. @throws McpError */
  async allow({ library, caller }: McpCall, name: string, capability: McpCapability): Promise<void> {
    if (permits(caller, capability)) return;
    const reason = `needs "${capability}"`;
    const denied = { surface: 'mcp', caller: caller.name, capability: name, reason } as const;
    await this.audit.tell('capability.denied', denied, { source: 'mcp' });
    throw new library.McpError(DENIED, `The caller ${caller.name} may not call ${name}: it ${reason}.`);
  }

  /** Runs the work of an application within `mcp.callTimeout`. @throws what it throws; an Error when its time is over */
  async within<T>(what: string, { caller, signal: outer }: McpCall, work: (context: McpCallContext) => T | Promise<T>) {
    const { callTimeout } = this.settings;
    const expired = (): Error => new Error(`${what} did not answer within ${textOf(callTimeout)}.`);
    const run = async (signal: AbortSignal): Promise<T> => work({ caller: caller.name, kind: caller.kind, signal });
    return withDeadline(callTimeout, run, { clock: this.clock, signal: outer, expired });
  }
}

const textOf = (duration: Duration): string => (typeof duration === 'number' ? `${duration} ms` : duration);

/** True if the caller may use what needs that capability. */
export const permits = (caller: KnownCaller, capability: McpCapability): boolean =>
  capability === 'read' || caller.may === 'operate';

/** Refuses an answer that is too long to be sent, and passes on any other. @throws Error */
export function sendable<T>(answer: T): T {
  if (JSON.stringify(answer).length <= MAX_ANSWER_LENGTH) return answer;
  throw new Error(`The answer is longer than ${MAX_ANSWER_LENGTH} characters.`);
}

/** Everything that all sources bring, by its name. @throws DuplicateToolError */
export function byName<T>(kind: 'tool' | 'resource' | 'prompt', all: readonly T[], nameOf: (each: T) => string) {
  const known = new Map<string, T>();
  for (const each of all) {
    const name = nameOf(each);
    if (known.has(name)) throw new DuplicateToolError(kind, name);
    known.set(name, each);
  }
  return known as ReadonlyMap<string, T>;
}

/** A name from a client, for a message. */
export const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));
