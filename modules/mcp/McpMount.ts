import { Readable } from 'node:stream';

import { Clock, limited, Listener, ListenerLogger, type OnStartup, type StartupContext } from 'daemonry';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { AuditLog } from '../audit_log/AuditLog';
import { WebServer } from '../web/WebServer';
import { CallerCheck, type KnownCaller } from './CallerCheck';
import { McpRequests } from './McpRequests';
import { McpRoutes } from './McpRoutes';
import { McpSettings } from './McpSettings';

const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const UNAUTHORIZED = -32_001;
/** Refused tokens leave at most one row of the audit log in this time: whoever guesses shall not fill it. */
const AUDIT_GAP_MS = 1_000;

/**
 * Serves the application to MCP clients, as streamable HTTP without sessions, under `/mcp` of the web server. Every request
 * carries a bearer token. Without a configured token it is disabled and there is nothing under that path.
 */
@Listener({ name: 'mcp' })
export class McpMount implements OnStartup {
  readonly #callers = new WeakMap<FastifyRequest, KnownCaller>();
  #auditedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly settings: McpSettings,
    private readonly web: WebServer,
    private readonly routes: McpRoutes,
    private readonly requests: McpRequests,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly logger: ListenerLogger,
  ) {}

  /**
   * Adds the routes of the MCP server, or disables the listener when no token is configured.
   *
   * @throws PackageMissingError, DuplicateToolError; when `mcp.tokenFile` cannot be read
   */
  async startup({ log, defer, disable }: StartupContext): Promise<void> {
    const check = new CallerCheck(this.settings, (problem) => this.#tellUnreadable(problem));
    if (!check.possible) {
      disable('no token is configured (mcp.bearerToken, mcp.tokenFile or mcp.callers)');
      return;
    }
    await check.prepare();
    this.requests.prepare();
    const stop = new AbortController();
    const close = this.routes.open({
      admit: (request, reply) => this.#admit(check, request, reply),
      answer: (request, reply) => this.#answer(request, reply, stop.signal),
      list: (request, reply) => reply.send(this.requests.list(this.#callerOf(request))),
      refuseBody: (reply, status) => {
        if (status === 400) void refuse(reply, 400, PARSE_ERROR, 'The body is not JSON.');
        else void refuse(reply, status, INVALID_REQUEST, 'The body is not of a kind that is read here.');
      },
    });
    defer(() => {
      close();
      stop.abort(new Error('The application stops.'));
    });
    log.info(`MCP clients are served under ${this.web.address?.url ?? ''}/mcp`);
  }

  #callerOf(request: FastifyRequest): KnownCaller {
    return this.#callers.get(request) as KnownCaller;
  }

  async #admit(check: CallerCheck, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { authorization } = request.headers;
    const caller = await check.identify(authorization);
    if (caller !== undefined) {
      this.#callers.set(request, caller);
      return;
    }
    const reason = authorization === undefined ? 'no token' : 'an unknown or malformed token';
    this.logger.warn(`An MCP request was refused: ${reason}`, {
      from: request.ip,
      ...limited('mcp: refused requests'),
    });
    await this.#tellRefused(request.ip, reason);
    // The rest of a refused request is not waited for.
    reply.headers({ 'www-authenticate': 'Bearer', connection: 'close' });
    return refuse(reply, 401, UNAUTHORIZED, 'A valid bearer token is needed.');
  }

  async #answer(request: FastifyRequest, reply: FastifyReply, stop: AbortSignal): Promise<unknown> {
    const caller = this.#callerOf(request);
    const { response, end } = await this.requests.answer(request.body, headersOf(request), caller, stop);
    const { status, headers, body } = response;
    const type = headers.get('content-type');
    reply.code(status);
    if (type !== null) reply.header('content-type', type);
    if (body === null || !type?.startsWith('text/event-stream')) {
      const text = await response.text();
      await end();
      return reply.send(text);
    }
    const stream = Readable.fromWeb(body);
    stream.once(
      'close',
      () =>
        void end().catch((error: unknown) =>
          this.logger.error('An MCP request could not be ended', { error, ...limited('mcp: ended requests') }),
        ),
    );
    return reply.send(stream);
  }

  #tellUnreadable(problem: string): void {
    const setting = 'mcp.tokenFile';
    this.logger.warn(`The caller "default" is shut out: ${problem}`, { setting, ...limited(setting, 1) });
  }

  async #tellRefused(caller: string, reason: string): Promise<void> {
    const now = this.clock.now();
    // A clock that was set back does not keep them from being told.
    if (Math.abs(now - this.#auditedAt) < AUDIT_GAP_MS) return;
    this.#auditedAt = now;
    const denied = { surface: 'mcp', caller, capability: 'connect', reason } as const;
    await this.audit.tell('capability.denied', denied, { source: 'mcp' });
  }
}

/** The headers that the protocol reads. */
function headersOf({ headers }: FastifyRequest): Record<string, string> {
  const names = ['accept', 'content-type', 'mcp-protocol-version'] as const;
  return Object.fromEntries(
    names.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]]] : [])),
  );
}

const refuse = (reply: FastifyReply, status: number, code: number, message: string): FastifyReply =>
  reply.code(status).send({ jsonrpc: '2.0', error: { code, message }, id: null });
