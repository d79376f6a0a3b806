import type { IncomingMessage } from 'node:http';

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';

import { givenHttpServer } from './givenHttpServer';

export interface GivenMcpServer {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** Answers every request from now on with this status; 0 = not at all, `undefined` = as it should. */
  fail: (status: number | undefined) => void;
}

/** A real MCP server over streamable HTTP, with tools that echo their input; closed with the other HTTP servers. */
export async function givenMcpServer(tools: readonly string[] = ['echo'], token?: string): Promise<GivenMcpServer> {
  let failure: number | undefined;
  const { url, requests } = await givenHttpServer((request, response) => {
    if (failure === 0) return;
    if (failure !== undefined) return void response.writeHead(failure).end('broken');
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      return void response.writeHead(401).end();
    }
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const server = new Server({ name: 'http', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: tools.map((name) => ({ name, inputSchema: { type: 'object' as const } })),
    }));
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
      content: [{ type: 'text' as const, text: JSON.stringify(params.arguments) }],
    }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    void server.connect(transport as never).then(() => transport.handleRequest(request, response));
  });
  return { url: `${url}/mcp`, requests, fail: (status) => (failure = status) };
}
