import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  JSONRPCRequest,
  ListToolsResult,
  ServerNotification,
  ServerRequest,
  ServerResult,
} from '@modelcontextprotocol/sdk/types.js';
import { Application, ListenerLogger, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { isObject } from '../shared/fields';
import { schemaProblems } from '../shared/schemaProblems';
import type { KnownCaller } from './CallerCheck';
import { loadServer, type ServerLibrary } from './loadServer';
import type { McpCall } from './McpCalls';
import type { McpToolContext } from './McpTools';
import { Readings } from './Readings';
import { ToolCalls } from './ToolCalls';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Clients have to name both types, and many name fewer: JSON is enough for nearly all answers. */
const BOTH_TYPES = 'application/json, text/event-stream';
const JSON_TYPE = /(^|[\s,])(application\/json|application\/\*|\*\/\*)/i;
const STREAMS = /(^|[\s,])(text\/event-stream|text\/\*|\*\/\*)/i;

/** The answer to a request over HTTP. */
export interface McpAnswer {
  readonly response: Response;
  /** Ends what made it; to be called when the body has been sent, or nobody reads it any more. */
  readonly end: () => Promise<void>;
}

/** Answers the requests of the protocol, each by a server of its own: there are no sessions. */
@injectable()
export class McpRequests {
  #library: ServerLibrary | undefined;

  constructor(
    private readonly application: Application,
    private readonly tools: ToolCalls,
    private readonly readings: Readings,
    private readonly log: ListenerLogger,
  ) {}

  /** Loads the protocol's library, and what is served. @throws PackageMissingError, DuplicateToolError */
  prepare(): void {
    const library = loadServer();
    this.tools.prepare(library);
    this.readings.prepare();
    this.#library = library;
  }

  /** The tools that a caller may call, as `tools/list` has them. */
  list(caller: KnownCaller): ListToolsResult {
    return this.tools.list({ caller });
  }

  /** Answers one request. `body` is its parsed JSON. */
  async answer(
    body: unknown,
    headers: Record<string, string>,
    caller: KnownCaller,
    stop: AbortSignal,
  ): Promise<McpAnswer> {
    const library = this.#library as ServerLibrary;
    const refusal = refusalOf(library, body);
    if (refusal !== undefined) return { response: refusal, end: async () => undefined };
    const { accept = '*/*' } = headers;
    // Only a client that asked for progress gets a stream: everything else is one answer.
    const enableJsonResponse = !(wantsProgress(body) && STREAMS.test(accept));
    const transport = new library.WebStandardStreamableHTTPServerTransport({ enableJsonResponse });
    const server = this.#serverFor(library, caller, stop);
    await server.connect(transport);
    try {
      const asked = { ...headers, accept: JSON_TYPE.test(accept) ? BOTH_TYPES : accept };
      const request = new Request('http://localhost/mcp', { method: 'POST', headers: asked });
      return { response: await transport.handleRequest(request, { parsedBody: body }), end: () => server.close() };
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  #serverFor(library: ServerLibrary, caller: KnownCaller, stop: AbortSignal): Server {
    const info = { name: this.application.name, version: '1.0.0' };
    const server = new library.Server(info, { capabilities: { tools: {}, ...this.readings.capabilities } });
    server.onerror = (error) => this.log.debug(`MCP request: ${describeError(error)}`, { caller: caller.name });
    // Not by the library's handlers, which tell a client of wrong parameters by a listing of its schemas.
    server.fallbackRequestHandler = (request, extra) => {
      const call = { library, caller, signal: AbortSignal.any([extra.signal, stop]) };
      return this.#handle(call, request, extra);
    };
    return server;
  }

  async #handle(call: McpCall, request: JSONRPCRequest, extra: Extra): Promise<ServerResult> {
    const { library } = call;
    switch (request.method) {
      case 'tools/list':
        return this.tools.list(call);
      case 'tools/call': {
        const { params } = read(library, library.CallToolRequestSchema, request);
        return this.tools.call(call, params, this.#progressOf(extra));
      }
      case 'resources/list':
        return this.readings.listResources(call);
      case 'resources/templates/list':
        return { resourceTemplates: [] };
      case 'resources/read':
        return this.readings.readResource(call, read(library, library.ReadResourceRequestSchema, request).params.uri);
      case 'prompts/list':
        return this.readings.listPrompts(call);
      case 'prompts/get':
        return this.readings.getPrompt(call, read(library, library.GetPromptRequestSchema, request).params);
      default:
        throw new library.McpError(library.ErrorCode.MethodNotFound, 'Method not found');
    }
  }

  #progressOf({ _meta: { progressToken } = {}, sendNotification, signal }: Extra): McpToolContext['progress'] {
    return (progress, total, message) => {
      if (progressToken === undefined || signal.aborted) return;
      const params = { progressToken, progress, total, message };
      sendNotification({ method: 'notifications/progress', params }).catch((error: unknown) =>
        this.log.debug(`MCP progress: ${describeError(error)}`),
      );
    };
  }
}

/** A schema of the library. */
interface Schema<T> {
  readonly safeParse: (
    value: unknown,
  ) => { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
}

/** Reads a request by its schema. @throws McpError that names what is wrong with its parameters */
function read<T>({ McpError, ErrorCode }: ServerLibrary, schema: Schema<T>, request: JSONRPCRequest): T {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error) ?? describeError(parsed.error);
  throw new McpError(ErrorCode.InvalidParams, `The parameters of ${request.method} are wrong: ${problems}`);
}

/** The refusal of a body that is no request; `undefined` if it is one, or a batch of them. */
function refusalOf(library: ServerLibrary, body: unknown): Response | undefined {
  const { InvalidRequest, InvalidParams } = library.ErrorCode;
  if (Array.isArray(body) && body.length === 0) return failed(400, InvalidRequest, 'The batch is empty.');
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
  const wrong = messages.find((message) => !library.JSONRPCMessageSchema.safeParse(message).success);
  if (wrong !== undefined) return failed(400, InvalidRequest, NO_REQUEST, idOf(library, wrong));
  const asked = messages.flatMap((message) =>
    isObject(message) && 'method' in message ? (idOf(library, message) ?? []) : [],
  );
  // Of two requests with one id, one would be carried out without an answer.
  if (new Set(asked).size < asked.length)
    return failed(400, InvalidRequest, 'Two requests of the batch have the same id.');
  for (const message of messages) {
    if (!isObject(message) || message['method'] !== 'initialize') continue;
    const parsed = library.InitializeRequestSchema.safeParse(message);
    const problems = schemaProblems(parsed.error);
    if (problems !== undefined)
      return failed(200, InvalidParams, `The parameters of initialize are wrong: ${problems}`, idOf(library, message));
  }
  return undefined;
}

const NO_REQUEST =
  'It is no request of JSON-RPC 2.0: "jsonrpc" must be "2.0", "method" a text, "id" a text or a whole number, and "params" an object.';

function idOf(library: ServerLibrary, message: unknown): string | number | null {
  const id = library.RequestIdSchema.safeParse(isObject(message) ? message['id'] : undefined);
  return id.data ?? null;
}

function failed(status: number, code: number, message: string, id: string | number | null = null): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id }, { status });
}

/** True for a call of a tool whose client wants to hear of its progress. */
function wantsProgress(body: unknown): boolean {
  const { method, params } = isObject(body) ? body : {};
  const meta = isObject(params) ? params['_meta'] : undefined;
  return method === 'tools/call' && isObject(meta) && meta['progressToken'] !== undefined;
}
