import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { Application, Clock, ListenerLogger, withDeadline } from 'daemonry';
import { injectable, multiInject } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { errorText } from '../shared/text';
import type { KnownCaller } from './CallerCheck';
import { DuplicateToolError, type McpTool, McpTools } from './McpTools';
import { loadServer, type ServerLibrary } from './loadServer';
import { McpSettings } from './McpSettings';

/** By the protocol's rule, codes of an application's own lie between -32000 and -32099. */
const DENIED = -32_001;
const MAX_ANSWER_LENGTH = 1_000_000;

type Check = (input: unknown) => string | undefined;

/** Serves the tools to one request at a time: what a caller may not call is neither listed for it nor called. */
@injectable()
export class ToolCalls {
  #library: ServerLibrary | undefined;
  #tools: ReadonlyMap<string, { readonly tool: McpTool; readonly check: Check }> = new Map();

  constructor(
    private readonly application: Application,
    private readonly settings: McpSettings,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
    private readonly audit: AuditLog,
    @multiInject(McpTools) private readonly sources: readonly McpTools[],
  ) {}

  /** Loads the protocol's library and the tools. @throws PackageMissingError, DuplicateToolError */
  prepare(): void {
    const library = loadServer();
    const validation = new library.AjvJsonSchemaValidator();
    const tools = new Map<string, { tool: McpTool; check: Check }>();
    for (const tool of this.sources.flatMap((source) => source.list())) {
      if (tools.has(tool.name)) throw new DuplicateToolError(tool.name);
      const validate = validation.getValidator(tool.inputSchema);
      tools.set(tool.name, { tool, check: (input) => validate(input).errorMessage });
    }
    this.#library = library;
    this.#tools = tools;
  }

  /** Answers one request of the protocol. `body` is its parsed JSON. */
  async answer(
    body: unknown,
    headers: Record<string, string>,
    caller: KnownCaller,
    stop: AbortSignal,
  ): Promise<Response> {
    const library = this.#library as ServerLibrary;
    const transport = new library.WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    const server = this.#serverFor(library, caller, stop);
    await server.connect(transport);
    try {
      const request = new Request('http://localhost/mcp', { method: 'POST', headers });
      return await transport.handleRequest(request, { parsedBody: body });
    } finally {
      await server.close();
    }
  }

  #serverFor(library: ServerLibrary, caller: KnownCaller, stop: AbortSignal): Server {
    const info = { name: this.application.name, version: '1.0.0' };
    const server = new library.Server(info, { capabilities: { tools: {} } });
    server.onerror = (error) => this.log.debug(`MCP request: ${errorText(error)}`, { caller: caller.name });
    server.setRequestHandler(library.ListToolsRequestSchema, () => ({
      tools: [...this.#tools.values()]
        .filter(({ tool }) => permits(caller, tool))
        .map(({ tool: { name, description, inputSchema } }) => ({ name, description, inputSchema })),
    }));
    server.setRequestHandler(library.CallToolRequestSchema, ({ params }, { signal }) =>
      this.#call(library, params.name, params.arguments ?? {}, caller, AbortSignal.any([signal, stop])),
    );
    return server;
  }

  async #call(
    { McpError, ErrorCode }: ServerLibrary,
    name: string,
    input: Record<string, unknown>,
    caller: KnownCaller,
    outer: AbortSignal,
  ): Promise<CallToolResult> {
    const known = this.#tools.get(name);
    if (known === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${quoted(name)}.`);
    if (!permits(caller, known.tool)) {
      const reason = `needs "${known.tool.capability}"`;
      const denied = { surface: 'mcp', caller: caller.name, capability: name, reason } as const;
      await this.audit.tell('capability.denied', denied, { source: 'mcp' });
      throw new McpError(DENIED, `The caller ${caller.name} may not call ${name}: it ${reason}.`);
    }
    const wrong = known.check(input);
    if (wrong !== undefined)
      throw new McpError(ErrorCode.InvalidParams, `The arguments of ${name} are wrong: ${wrong}`);
    return this.#run(known.tool, input, caller, outer);
  }

  async #run(
    tool: McpTool,
    input: Record<string, unknown>,
    { name: caller }: KnownCaller,
    outer: AbortSignal,
  ): Promise<CallToolResult> {
    const { callTimeout } = this.settings;
    const expired = (): Error => new Error(`The tool did not answer within ${String(callTimeout)}.`);
    const call = (signal: AbortSignal): unknown => tool.call(input, { caller, signal });
    try {
      const answer = await withDeadline(callTimeout, call, { clock: this.clock, signal: outer, expired });
      const text = JSON.stringify(answer ?? null);
      if (text.length > MAX_ANSWER_LENGTH)
        throw new Error(`The answer is longer than ${MAX_ANSWER_LENGTH} characters.`);
      return { content: [{ type: 'text', text }] };
    } catch (error) {
      this.log.warn(`The tool ${tool.name} failed`, { caller, error });
      return {
        content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }],
        isError: true,
      };
    }
  }
}

const permits = (caller: KnownCaller, tool: McpTool): boolean => tool.capability === 'read' || caller.may === 'operate';

const quoted = (name: string): string => JSON.stringify(name.slice(0, 100));
