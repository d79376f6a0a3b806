import { randomUUID } from 'node:crypto';

import { givenHttpServer } from './givenHttpServer';

interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Makes the result of one request, which no library checks. */
export type AnswerTo = (method: string, params: Readonly<Record<string, unknown>>) => unknown;

/**
 * An MCP server over streamable HTTP with sessions, whose results are as they are given, right or wrong; closed with the other
 * HTTP servers. `restart` makes it forget its sessions, and answer those with `status` from then on.
 *
 * @param frame - makes a stream of events of each answer. @defaultValue answers are JSON
 */
export async function givenMcpAnswers(answerTo: AnswerTo, frame?: (message: string) => string) {
  const sessions = new Set<string>();
  const methods: string[] = [];
  let unknown = 404;
  const { url } = await givenHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const { id, method, params = {} } = JSON.parse(Buffer.concat(chunks).toString()) as Message;
      methods.push(method);
      if (method === 'initialize') {
        const session = randomUUID();
        sessions.add(session);
        response.setHeader('mcp-session-id', session);
      } else if (!sessions.has(String(request.headers['mcp-session-id']))) {
        return void response.writeHead(unknown).end('Session not found');
      }
      if (id === undefined) return void response.writeHead(202).end();
      const initialized = {
        protocolVersion: params['protocolVersion'],
        capabilities: { tools: {} },
        serverInfo: { name: 'raw', version: '1' },
      };
      const result = method === 'initialize' ? initialized : answerTo(method, params);
      const answer = JSON.stringify({ jsonrpc: '2.0', id, result });
      response
        .writeHead(200, { 'content-type': frame === undefined ? 'application/json' : 'text/event-stream' })
        .end(frame === undefined ? answer : frame(answer));
    });
  });
  const restart = (status = 404): void => {
    sessions.clear();
    unknown = status;
  };
  return { url: `${url}/mcp`, methods, restart };
}
