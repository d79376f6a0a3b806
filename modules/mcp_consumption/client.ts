import type { Readable } from 'node:stream';

import type * as ClientModule from '@modelcontextprotocol/sdk/client/index.js';
import type * as StdioModule from '@modelcontextprotocol/sdk/client/stdio.js';
import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type * as HttpModule from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type * as TypesModule from '@modelcontextprotocol/sdk/types.js';

import { loadOptional } from '../shared/packages';

/** The parts of the client library that are used. */
export type ClientLibrary = typeof ClientModule & typeof StdioModule & typeof HttpModule & typeof TypesModule;

/** Loads the client library. @throws PackageMissingError */
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
        ...(require('@modelcontextprotocol/sdk/types.js') as typeof TypesModule),
      }),
    /* eslint-enable @typescript-eslint/no-require-imports */
  );

/** Largest answer of a server, in bytes after decompression. */
const MAX_ANSWER_BYTES = 16_777_216;

/**
 * The `fetch` of the MCP client. It follows no redirects, which could carry the token to another host, and reads at most 16 MiB
 * of an answer. It opens no stream for messages that a server sends unasked.
 */
export async function limitedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  // A server without such a stream answers with this status.
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

/** Passed on to programs beside the variables that the library passes on: language, time zone, and the folders of the user. */
const INHERITED = /^(LANG|LC_ALL|TZ|XDG_[A-Z_]+)$/;

/** The environment of a program, but for the variables that the library adds. */
export function programEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  // eslint-disable-next-line no-restricted-syntax -- it is not read: a child process inherits it
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...own };
}

/** Longest line of a program's error output that is kept until its end comes. */
const LONGEST_LINE = 8_192;

/**
 * Calls `tell` with each line that a program writes, whole, so that a secret in it can be recognised. A line of more than
 * 8,192 characters is told without its text.
 */
export function forEachLine(output: Readable, tell: (line: string) => void): void {
  let line = '';
  let isTooLong = false;
  output.setEncoding('utf8');
  const end = (): void => {
    const text = isTooLong ? `a line of more than ${LONGEST_LINE} characters` : line.trimEnd();
    if (text !== '') tell(text);
    line = '';
    isTooLong = false;
  };
  output.on('data', (chunk: string) => {
    const [first = '', ...others] = chunk.split('\n');
    for (const [index, part] of [first, ...others].entries()) {
      if (index > 0) end();
      isTooLong ||= line.length + part.length > LONGEST_LINE;
      line = isTooLong ? '' : line + part;
    }
  });
  output.on('end', end);
}

/** Times by the system's clock: a program knows nothing of the application's. */
const UNTIL_TOLD_MS = 300;
const UNTIL_KILLED_MS = 900;
const UNTIL_LEFT_MS = 1_500;

/**
 * Watches the program that a transport will start, and returns a function that ends it: by closing its input, then with SIGTERM,
 * then with SIGKILL. The promise of that function resolves when the program has ended, or after 1.5 s.
 */
export function watchProgram(transport: StdioClientTransport): () => Promise<void> {
  let pid: number | undefined;
  let hasEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => (hasEnded = resolve));
  const start = transport.start.bind(transport);
  // When a connection fails, the library closes it at once, which takes seconds, and forgets the process.
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
      // A child of the program may hold its output open: that is not waited for.
      await Promise.race([Promise.all([transport.close(), gone]), left]);
    } finally {
      timers.forEach(clearTimeout);
    }
  };
}
