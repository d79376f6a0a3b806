import { Clock, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { cutText } from '../shared/cutText';
import { untilAborted } from '../shared/untilAborted';
import { McpConsumptionSettings, type McpEndpoint } from './McpConsumptionSettings';
import { McpEndpointNotFoundError, McpToolNotAllowedError } from './errors';
import { McpSession, type Send } from './McpSession';
import { isSoundToolName, type ToolRule, toolRule } from './toolRules';

const MAX_PAGES = 20;
const MAX_TOOLS = 500;

/** A tool that an endpoint offers. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** Whether `allowedTools` of its endpoint let it be called. */
  readonly allowed: boolean;
}

export interface McpToolCall {
  readonly endpoint: string;
  /** Its bare name, without the endpoint's. */
  readonly tool: string;
  readonly input?: Readonly<Record<string, unknown>>;
  /** Who asks, for the audit log. */
  readonly caller: string;
  readonly signal?: AbortSignal;
}

export interface McpToolResult {
  /** Its text blocks, cut at `maxResultLength`; other blocks are named. */
  readonly text: string;
  /** The tool itself says that it failed. */
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
 * Sessions with the configured MCP servers: one each, opened by its first call and shared by the later ones; after a
 * call without an answer the next one opens a new one. Nothing is retried.
 */
@injectable()
export class McpPool {
  #slots: ReadonlyMap<string, Slot> | undefined;
  /** Aborts when the sessions end, and the calls with them. */
  #stop = new AbortController();
  readonly #toldOf = new Set<string>();

  constructor(
    private readonly settings: McpConsumptionSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    private readonly audit: AuditLog,
  ) {}

  get endpoints(): readonly string[] {
    return this.settings.endpoints.map(({ name }) => name);
  }

  /**
   * What an endpoint offers, at most 500 tools; tools with names that are no plain words are left out, and the audit log
   * says so once.
   *
   * @throws McpEndpointNotFoundError, McpCallFailedError, McpPatternError
   */
  async listTools(endpoint: string, signal?: AbortSignal): Promise<readonly OfferedTool[]> {
    const slot = this.#slot(endpoint);
    const found = await this.#call(
      slot,
      'tools/list',
      async (client, limits) => {
        const tools: Awaited<ReturnType<typeof client.listTools>>['tools'] = [];
        let cursor: string | undefined;
        for (let page = 0; page < MAX_PAGES; page++) {
          const answer = await client.listTools(cursor === undefined ? {} : { cursor }, limits);
          tools.push(...answer.tools);
          cursor = answer.nextCursor;
          if (cursor === undefined || tools.length >= MAX_TOOLS) break;
        }
        return tools.slice(0, MAX_TOOLS);
      },
      signal,
    );
    const allowed = slot.allowed(found.map(({ name }) => name));
    const sound: OfferedTool[] = [];
    for (const { name, description = '', inputSchema } of found) {
      if (isSoundToolName(name)) sound.push({ name, description, inputSchema, allowed: allowed.has(name) });
      else await this.#tellOf(endpoint, name);
    }
    return sound;
  }

  /** @throws McpEndpointNotFoundError, McpToolNotAllowedError, McpCallFailedError, McpPatternError */
  async callTool({ endpoint, tool, input = {}, caller, signal }: McpToolCall): Promise<McpToolResult> {
    const slot = this.#slot(endpoint);
    if (!slot.allowed([tool]).has(tool)) {
      await this.#denied(caller, `${endpoint}: ${JSON.stringify(tool.slice(0, 100))}`, 'not in allowedTools');
      throw new McpToolNotAllowedError(endpoint, tool);
    }
    const answer = await this.#call(
      slot,
      `tools/call ${tool}`,
      (client, limits) => client.callTool({ name: tool, arguments: input }, undefined, limits),
      signal,
    );
    const blocks = answer.content as readonly { readonly type: string; readonly text?: string }[];
    const text = blocks.map(({ type, text: said }) => (type === 'text' ? (said ?? '') : `[${type}]`)).join('\n');
    return { text: cutText(text, this.settings.maxResultLength), isError: answer.isError === true };
  }

  /**
   * Ends every session, and every call, also those that wait for their turn. A later call opens a new one. Rejects with every
   * failure, once all are done.
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

  /** @throws McpPatternError for the first pattern that is no regular expression. */
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

  /** One call at a time: one that gets no answer ends the session, and no other call shall be lost with it. */
  async #call<T>(slot: Slot, what: string, send: Send<T>, outer?: AbortSignal): Promise<T> {
    const stop = this.#stop.signal;
    const signal = outer === undefined ? stop : AbortSignal.any([outer, stop]);
    const call = slot.last.then(async () => {
      signal.throwIfAborted();
      const session = (slot.session ??= new McpSession({ endpoint: slot.endpoint, clock: this.clock, log: this.log }));
      try {
        return await session.call(what, send, signal);
      } finally {
        if (session.lost) await this.#drop(slot, session);
      }
    });
    slot.last = call.then(nothing, nothing);
    return untilAborted(call, signal);
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
