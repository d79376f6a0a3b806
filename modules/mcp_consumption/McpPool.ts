import { Clock, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { cutText, wellFormed } from '../shared/text';
import { McpEndpointNotFoundError, McpToolNotAllowedError } from './errors';
import { McpConsumptionSettings, type McpEndpoint } from './McpConsumptionSettings';
import { McpSession, type Request, type Send } from './McpSession';
import { type ListedTool, readToolPage, readToolResult, type ToolPage } from './readAnswer';
import { isSoundToolName, type ToolRule, toolRule } from './toolRules';

const MAX_PAGES = 20;
const MAX_TOOLS = 500;

/** A tool that an endpoint offers. */
export interface OfferedTool {
  /** Its name at the endpoint. */
  readonly name: string;
  /** The endpoint's own description; empty without one. */
  readonly description: string;
  /** JSON Schema of its input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** True if `allowedTools` of its endpoint let it be called. */
  readonly allowed: boolean;
}

/** A call of a tool. */
export interface McpToolCall {
  /** Name of the endpoint. */
  readonly endpoint: string;
  /** Name of the tool, without the endpoint's. */
  readonly tool: string;
  /** Arguments of the tool. @defaultValue `{}` */
  readonly input?: Readonly<Record<string, unknown>>;
  /** The caller, for the audit log. */
  readonly caller: string;
  /** Takes the call back. */
  readonly signal?: AbortSignal;
}

/** The answer of a tool. */
export interface McpToolResult {
  /**
   * The texts of the answer, those of embedded resources included, cut at `maxResultLength`. Other blocks stand in brackets, with
   * what they are: `[image image/png 512 bytes]`, `[resource_link file:///a.txt a.txt]`.
   */
  readonly text: string;
  /** True if the tool reports that it failed. */
  readonly isError: boolean;
}

interface Slot {
  readonly endpoint: McpEndpoint;
  readonly allowed: ToolRule;
  session: McpSession | undefined;
  /** Settles, and never rejects, when the latest call has. */
  last: Promise<void>;
}

const nothing = (): void => undefined;

/**
 * Holds one session with each configured MCP server. The first call opens it, later calls share it, and after a call without
 * an answer the next one opens a new session. Nothing is retried, but a call that the server did not read because it had forgotten
 * the session.
 */
@injectable()
export class McpPool {
  #slots: ReadonlyMap<string, Slot> | undefined;
  /** Ends the sessions and their calls. */
  #stop = new AbortController();
  readonly #toldOf = new Set<string>();

  constructor(
    private readonly settings: McpConsumptionSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    private readonly audit: AuditLog,
  ) {}

  /** Names of the configured endpoints. */
  get endpoints(): readonly string[] {
    return this.settings.endpoints.map(({ name }) => name);
  }

  /**
   * Lists the tools of an endpoint, at most 500. Tools whose names are not plain words are left out, and recorded in the audit
   * log once each.
   *
   * @throws McpEndpointNotFoundError, McpCallFailedError, McpPatternError
   */
  async listTools(endpoint: string, signal?: AbortSignal): Promise<readonly OfferedTool[]> {
    const slot = this.#slot(endpoint);
    const { tools: found, defects } = await this.#call(slot, 'tools/list', readAllPages, signal);
    for (const { tool, reason } of defects) this.#leftOut(endpoint, tool, reason);
    const allowed = slot.allowed(found.map(({ name }) => name));
    const sound: OfferedTool[] = [];
    for (const { name, description = '', inputSchema } of found) {
      if (isSoundToolName(name)) sound.push({ name, description, inputSchema, allowed: allowed.has(name) });
      else await this.#tellOf(endpoint, name);
    }
    return sound;
  }

  /**
   * Calls a tool. A refusal is recorded in the audit log.
   *
   * @throws McpEndpointNotFoundError, McpToolNotAllowedError, McpCallFailedError, McpPatternError
   */
  async callTool({ endpoint, tool, input = {}, caller, signal }: McpToolCall): Promise<McpToolResult> {
    const slot = this.#slot(endpoint);
    if (!slot.allowed([tool]).has(tool)) {
      await this.#denied(caller, `${endpoint}: ${JSON.stringify(tool.slice(0, 100))}`, 'not in allowedTools');
      throw new McpToolNotAllowedError(endpoint, tool);
    }
    const answer = await this.#call(
      slot,
      `tools/call ${tool}`,
      (request) => request('tools/call', { name: tool, arguments: wellFormed(input) }),
      signal,
    );
    const { text, isError } = readToolResult(answer);
    return { text: cutText(text, this.settings.maxResultLength), isError };
  }

  /**
   * Ends every session and every call, also those that wait for their turn. A later call opens a new session. When closing
   * fails, rejects with an `AggregateError` after all sessions have been handled.
   */
  async close(): Promise<void> {
    this.#stop.abort(new Error('The MCP sessions have ended.'));
    this.#stop = new AbortController();
    const ends = [...(this.#slots?.values() ?? [])].map(async (slot) => {
      await slot.last;
      const { session } = slot;
      slot.session = undefined;
      await session?.close();
    });
    const failures = (await Promise.allSettled(ends)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (failures.length > 0) throw new AggregateError(failures, 'MCP sessions could not be closed');
  }

  /** Checks the patterns of every endpoint. @throws McpPatternError for the first that is not a regular expression. */
  check(): void {
    this.#slots ??= new Map(
      this.settings.endpoints.map((endpoint) => [
        endpoint.name,
        {
          endpoint,
          allowed: toolRule(endpoint, () => this.#closedRule(endpoint)),
          session: undefined,
          last: Promise.resolve(),
        },
      ]),
    );
  }

  /** Makes one call at a time: a call without an answer ends the session, and must take no other call with it. */
  async #call<T>(slot: Slot, what: string, send: Send<T>, outer?: AbortSignal): Promise<T> {
    const stop = this.#stop.signal;
    // A signal for each call: Node takes more than ten listeners on one for a leak.
    const signal = AbortSignal.any(outer === undefined ? [stop] : [outer, stop]);
    const call = slot.last.then(() => this.#send(slot, what, send, signal));
    slot.last = call.then(nothing, nothing);
    return untilAborted(call, signal);
  }

  /** Makes a call; once more in a new session when the server has forgotten the old one, and so has read nothing of it. */
  async #send<T>(slot: Slot, what: string, send: Send<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      const session = (slot.session ??= new McpSession({ endpoint: slot.endpoint, clock: this.clock, log: this.log }));
      try {
        return await session.call(what, send, signal);
      } catch (error) {
        if (attempt > 1 || !session.forgotten) throw error;
      } finally {
        if (session.lost) await this.#drop(slot, session);
      }
    }
  }

  #closedRule({ name }: McpEndpoint): void {
    const fix = 'rewrite them so that no part that repeats holds another one';
    this.log.error(`allowedTools of ${name} take too long for a name that it offers: none of its tools is allowed`, {
      fix,
    });
  }

  async #drop(slot: Slot, session: McpSession): Promise<void> {
    if (slot.session === session) slot.session = undefined;
    try {
      await session.close();
    } catch (error) {
      this.log.warn(`The session with ${slot.endpoint.name} could not be closed`, { error });
    }
  }

  #slot(endpoint: string): Slot {
    this.check();
    const slot = this.#slots?.get(endpoint);
    if (slot === undefined) throw new McpEndpointNotFoundError(endpoint, this.endpoints);
    return slot;
  }

  #leftOut(endpoint: string, tool: string, reason: string): void {
    const key = `${endpoint}: ${tool}: ${reason}`;
    if (this.#toldOf.has(key) || this.#toldOf.size >= MAX_TOOLS) return;
    this.#toldOf.add(key);
    this.log.warn(`The tool ${JSON.stringify(tool)} of the MCP endpoint ${endpoint} is left out: ${reason}`);
  }

  async #tellOf(endpoint: string, name: string): Promise<void> {
    const capability = `${endpoint}: ${JSON.stringify(name.slice(0, 100))}`;
    if (this.#toldOf.has(capability) || this.#toldOf.size >= MAX_TOOLS) return;
    this.#toldOf.add(capability);
    this.log.warn(`${endpoint} offers a tool whose name is refused: ${JSON.stringify(name.slice(0, 100))}`);
    await this.#denied('mcp_consumption', capability, 'the name is no plain word');
  }

  async #denied(caller: string, capability: string, reason: string): Promise<void> {
    const details = { surface: 'mcp_consumption', caller, capability, reason } as const;
    await this.audit.tell('capability.denied', details, { source: 'mcp_consumption' });
  }
}

/** Lists the tools of all pages, up to the limits. */
async function readAllPages(request: Request): Promise<Omit<ToolPage, 'nextCursor'>> {
  const tools: ListedTool[] = [];
  const defects: ToolPage['defects'][number][] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const read = readToolPage(await request('tools/list', cursor === undefined ? {} : { cursor }));
    tools.push(...read.tools);
    defects.push(...read.defects);
    cursor = read.nextCursor;
    if (cursor === undefined || tools.length >= MAX_TOOLS) break;
  }
  if (cursor !== undefined || tools.length > MAX_TOOLS)
    defects.push({
      tool: `number ${tools.length + 1}`,
      reason: `only ${MAX_TOOLS} tools and ${MAX_PAGES} pages are read`,
    });
  return { tools: tools.slice(0, MAX_TOOLS), defects: defects.slice(0, MAX_TOOLS) };
}

/** Settles like `work`, but rejects with the signal's reason as soon as it aborts; `work` is not stopped. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
