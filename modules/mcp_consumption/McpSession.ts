import { type Clock, type ListenerLogger, withDeadline } from 'daemonry';
import type { Client, ClientOptions } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JsonSchemaValidatorResult } from '@modelcontextprotocol/sdk/validation/types.js';

import { errorText, redact } from '../shared/text';
import { type ClientLibrary, limitedFetch, loadClient, watchProgram } from './client';
import { McpCallFailedError } from './errors';
import type { McpEndpoint } from './McpConsumptionSettings';

const CLIENT = { name: 'daemonry', version: '1.0.0' };
/** The application's clock limits every call; the client's own timer must not. */
const NO_TIMEOUT_MS = 2_147_483_647;
const STDERR_LINE = 500;
/** Shorter values of the environment are not redacted: they are no secrets, and occur in every text. */
const SHORTEST_SECRET = 6;
/** Accepts every result: checking it against a server's schema could run patterns that never end. */
const ANY_RESULT: NonNullable<ClientOptions['jsonSchemaValidator']> = {
  getValidator:
    <T>() =>
    (input: unknown): JsonSchemaValidatorResult<T> => ({ valid: true, data: input as T, errorMessage: undefined }),
};

export interface SessionParts {
  readonly endpoint: McpEndpoint;
  readonly clock: Clock;
  readonly log: ListenerLogger;
}

interface Limits {
  readonly signal: AbortSignal;
  readonly timeout: number;
}

export type Send<T> = (client: Client, limits: Limits) => Promise<T>;

/** JSON-RPC codes that the client library uses when there was no answer. */
const NO_ANSWER = new Set([-32_000, -32_001]);

/** One connection to one MCP server, made by its first call. */
export class McpSession {
  readonly #parts: SessionParts;
  #client: Promise<Client> | undefined;
  #close: (() => Promise<void>) | undefined;
  #lost = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** True after a call without an answer: the session is of no further use. An error sent by the server is an answer. */
  get lost(): boolean {
    return this.#lost;
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
      return send(client, limits);
    };
    try {
      return await withDeadline(endpoint.timeout, call, { clock, signal: outer, expired });
    } catch (error) {
      if (outer?.aborted || !isAnswer(error)) this.#lost = true;
      outer?.throwIfAborted();
      throw new McpCallFailedError(endpoint.name, step, this.#explain(error));
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
    const client = new library.Client(CLIENT, { jsonSchemaValidator: ANY_RESULT });
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
    const stdio = new library.StdioClientTransport({ command, args: [...args], env: { ...env }, stderr: 'pipe' });
    stdio.stderr?.on('data', (chunk: Buffer) => {
      this.#parts.log.debug(`MCP endpoint says: ${this.#redact(String(chunk).trimEnd()).slice(0, STDERR_LINE)}`);
    });
    return stdio;
  }

  #explain(error: unknown): string {
    const cause = (error as { cause?: unknown } | undefined)?.cause;
    return this.#redact(cause === undefined ? errorText(error) : `${errorText(error)} (${errorText(cause)})`);
  }

  #redact(text: string): string {
    const { token, env } = this.#parts.endpoint;
    const values = Object.values(env).filter(({ length }) => length >= SHORTEST_SECRET);
    return redact(text, [...(token === undefined ? [] : [token]), ...values]);
  }
}

const isAnswer = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' && code < 0 && !NO_ANSWER.has(code);
};
