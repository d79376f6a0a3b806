import type { Readable } from 'node:stream';

import {
  type Clock,
  createRedactor,
  type ListenerLogger,
  type Redactor,
  withDeadline,
  causeOf,
  describeError,
} from 'daemonry';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';

import { type Fields, propertyOf } from '../shared/fields';
import { schemaProblems } from '../shared/schemaProblems';
import { type ClientLibrary, forEachLine, limitedFetch, loadClient, programEnvironment, watchProgram } from './client';
import { McpCallFailedError } from './errors';
import type { McpEndpoint } from './McpConsumptionSettings';

const CLIENT = { name: 'daemonry', version: '1.0.0' };
/** The application's clock limits every call; the client's own timer must not. */
const NO_TIMEOUT_MS = 2_147_483_647;
const STDERR_LINE = 500;
/** Shorter values of the environment are not redacted: they are no secrets, and occur in every text. */
const SHORTEST_SECRET = 6;

export interface SessionParts {
  readonly endpoint: McpEndpoint;
  readonly clock: Clock;
  readonly log: ListenerLogger;
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeout: number;
}

/** Sends one request; resolves with its result, which is as the server made it. */
export type Request = (method: string, params: Fields) => Promise<Fields>;

/** Makes the requests of a call. */
export type Send<T> = (request: Request) => Promise<T>;

/** JSON-RPC codes that the client library uses when there was no answer. */
const NO_ANSWER = new Set([-32_000, -32_001]);

/** One connection to one MCP server, made by its first call. */
export class McpSession {
  readonly #parts: SessionParts;
  readonly #redactor: Redactor;
  #client: Promise<Client> | undefined;
  #close: (() => Promise<void>) | undefined;
  #lost = false;
  #forgotten = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { token, env } = parts.endpoint;
    const values = Object.values(env).filter(({ length }) => length >= SHORTEST_SECRET);
    this.#redactor = createRedactor([...(token === undefined ? [] : [token]), ...values]);
  }

  /** True after a call without an answer: the session is of no further use. An error sent by the server is an answer. */
  get lost(): boolean {
    return this.#lost;
  }

  /** True after a call that the server did not read, because it knows nothing of the session: it has restarted. */
  get forgotten(): boolean {
    return this.#forgotten;
  }

  /**
   * Calls the server within the endpoint's timeout, which includes the time to connect.
   *
   * @throws McpCallFailedError; the outer signal's reason after it aborts.
   */
  async call<T>(what: string, send: Send<T>, outer?: AbortSignal): Promise<T> {
    const { endpoint, clock } = this.#parts;
    const expired = (): Error => new Error(`No answer within ${String(endpoint.timeout)}.`);
    let step = 'connect';
    const call = async (signal: AbortSignal): Promise<T> => {
      const limits = { signal, timeout: NO_TIMEOUT_MS };
      this.#client ??= this.#connect(limits);
      const client = await this.#client;
      step = what;
      const { ResultSchema } = loadClient();
      return send((method, params) =>
        // A signal for each: the library leaves its listeners on it.
        client.request({ method, params: { ...params } }, ResultSchema, {
          ...limits,
          signal: AbortSignal.any([signal]),
        }),
      );
    };
    try {
      return await withDeadline(endpoint.timeout, call, { clock, signal: outer, expired });
    } catch (error) {
      if (outer?.aborted || !isAnswer(error)) this.#lost = true;
      outer?.throwIfAborted();
      this.#forgotten = step !== 'connect' && isUnknownSession(error);
      const hint = step === 'connect' ? hintFor(error) : '';
      throw new McpCallFailedError(endpoint.name, step, this.#explain(error) + hint);
    }
  }

  /** Ends the connection, and with `stdio` the program. */
  async close(): Promise<void> {
    // A connection that could not be made has closed itself, and its error went to the caller.
    const client = await this.#client?.catch(() => undefined);
    if (client !== undefined) await this.#close?.();
  }

  async #connect(limits: Limits): Promise<Client> {
    const library = loadClient();
    const client = new library.Client(CLIENT);
    client.onerror = (error) => this.#parts.log.debug(`MCP endpoint: ${this.#explain(error)}`);
    const transport = this.#transport(library);
    const close = transport instanceof library.StdioClientTransport ? watchProgram(transport) : () => transport.close();
    this.#close = close;
    try {
      await client.connect(transport, limits);
    } catch (error) {
      await close();
      throw error;
    }
    return client;
  }

  #transport(library: ClientLibrary): Transport {
    const { transport, url = '', token, command = '', args, env } = this.#parts.endpoint;
    if (transport === 'http') {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return new library.StreamableHTTPClientTransport(new URL(url), {
        requestInit: { headers },
        fetch: limitedFetch,
        reconnectionOptions: {
          maxRetries: 0,
          initialReconnectionDelay: 1_000,
          maxReconnectionDelay: 1_000,
          reconnectionDelayGrowFactor: 1,
        },
      });
    }
    const stdio = new library.StdioClientTransport({
      command,
      args: [...args],
      env: programEnvironment(env),
      stderr: 'pipe',
    });
    const output = stdio.stderr as Readable | null;
    if (output !== null) {
      forEachLine(output, (line) => {
        this.#parts.log.debug(`MCP endpoint says: ${this.#redact(line).slice(0, STDERR_LINE)}`);
      });
    }
    return stdio;
  }

  #explain(error: unknown): string {
    const redact = (text: string): string => this.#redact(text);
    const cause = causeOf(error);
    const text = redact(schemaProblems(error) ?? describeError(error, redact));
    return cause === undefined ? text : `${text} (${describeError(cause, redact)})`;
  }

  #redact(text: string): string {
    return this.#redactor.text(text);
  }
}

/** The code of the protocol, or the status of HTTP: a number. */
const numberOf = (error: unknown): unknown => propertyOf(error, 'code');

const isAnswer = (error: unknown): boolean => {
  const code = numberOf(error);
  return typeof code === 'number' && code < 0 && !NO_ANSWER.has(code);
};

/** The protocol's status for it is 404; many servers say it with 400. */
const isUnknownSession = (error: unknown): boolean =>
  numberOf(error) === 404 || (numberOf(error) === 400 && /session/i.test(describeError(error)));

const hintFor = (error: unknown): string =>
  numberOf(error) === 404 || numberOf(error) === 405
    ? ' (is it the address of a server of streamable HTTP? The older transport, HTTP with SSE, is not spoken here)'
    : '';
