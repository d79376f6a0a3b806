import type * as ClientModule from '@modelcontextprotocol/sdk/client/index.js';
import type * as StdioModule from '@modelcontextprotocol/sdk/client/stdio.js';
import type * as HttpModule from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { loadOptional } from '../shared/loadOptional';

export type ClientLibrary = typeof ClientModule & typeof StdioModule & typeof HttpModule;

/** @throws PackageMissingError */
export const loadClient = (): ClientLibrary =>
  loadOptional(
    {
      name: '@modelcontextprotocol/sdk',
      major: 1,
      neededBy: 'The module mcp_consumption',
      otherwise: 'configure no mcp_consumption.endpoints',
    },
    () =>
      /* eslint-disable @typescript-eslint/no-require-imports -- loaded only when it is used */
      ({
        ...(require('@modelcontextprotocol/sdk/client/index.js') as typeof ClientModule),
        ...(require('@modelcontextprotocol/sdk/client/stdio.js') as typeof StdioModule),
        ...(require('@modelcontextprotocol/sdk/client/streamableHttp.js') as typeof HttpModule),
      }),
    /* eslint-enable @typescript-eslint/no-require-imports */
  );

/** Of one answer of a server, after it has been unpacked. */
const MAX_ANSWER_BYTES = 16_777_216;

/**
 * The `fetch` of the MCP client. It follows no redirect, which could carry the token to another host, and reads no more of an
 * answer than 16 MiB. What a server says unasked is not listened to.
 */
export async function limitedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  // By this status a server says that it has no such stream.
  if (init.method === 'GET') return new Response(null, { status: 405 });
  const answer = await fetch(url, { ...init, redirect: 'error' });
  if (answer.body === null) return answer;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes <= MAX_ANSWER_BYTES) controller.enqueue(chunk);
      else controller.error(new Error(`The answer is larger than ${MAX_ANSWER_BYTES} bytes.`));
    },
  });
  const { status, statusText, headers } = answer;
  return new Response(answer.body.pipeThrough(limit), { status, statusText, headers });
}

/** Of the system's time: a program knows nothing of the application's clock. */
const UNTIL_TOLD_MS = 300;
const UNTIL_KILLED_MS = 900;
const UNTIL_LEFT_MS = 1_500;

/**
 * Returns what ends a program that a transport will start. One that goes on when its input has ended is told to end, and then
 * made to; it has ended when the returned promise resolves.
 */
export function watchProgram(transport: StdioClientTransport): () => Promise<void> {
  let pid: number | undefined;
  let hasEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => (hasEnded = resolve));
  const start = transport.start.bind(transport);
  // A connection that fails is closed by the library at once, which takes seconds, and then knows the process no more.
  transport.start = async () => {
    await start();
    pid = transport.pid ?? undefined;
  };
  transport.onclose = () => {
    pid = undefined;
    hasEnded();
  };
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch {
      // it has ended
    }
  };
  return async () => {
    const left = new Promise<void>((resolve) => setTimeout(resolve, UNTIL_LEFT_MS).unref());
    const timers = [setTimeout(send, UNTIL_TOLD_MS, 'SIGTERM'), setTimeout(send, UNTIL_KILLED_MS, 'SIGKILL')];
    try {
      const gone = pid === undefined ? undefined : ended;
      // A child of its own may hold its output open: that is not waited for.
      await Promise.race([Promise.all([transport.close(), gone]), left]);
    } finally {
      timers.forEach(clearTimeout);
    }
  };
}
