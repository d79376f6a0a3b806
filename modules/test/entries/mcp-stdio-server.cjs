'use strict';

// A real MCP server over stdio. What it is told to do comes in its first argument, as JSON.
const { appendFileSync } = require('node:fs');
const { Server } = require('@modelcontextprotocol/sdk/server/index.js');
const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js');
const { CallToolRequestSchema, ListToolsRequestSchema } = require('@modelcontextprotocol/sdk/types.js');

const {
  tools = ['echo'],
  startedFile,
  says,
  stubborn,
  flood,
  noise = [],
  outputSchema,
} = JSON.parse(process.argv[2] ?? '{}');
if (startedFile !== undefined) appendFileSync(startedFile, `${process.pid}\n`);
// Parts of an array are written one after the other, as a slow program would.
for (const [index, part] of [says ?? []].flat().entries()) setTimeout(() => process.stderr.write(part), index * 30);
for (const line of noise) process.stdout.write(line);
if (stubborn) {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1_000);
}
if (flood) setInterval(() => process.stdout.write('x'.repeat(1_048_576)), 1);

const server = new Server({ name: 'stdio', version: '1.0.0' }, { capabilities: { tools: {} } });
const inputSchema = { type: 'object', properties: {} };
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: tools.map((name) => ({ name, description: `The tool ${name}`, inputSchema, outputSchema })),
}));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  switch (params.name) {
    case 'echo':
      for (const line of noise) process.stdout.write(line);
      return { content: [{ type: 'text', text: JSON.stringify(params.arguments) }] };
    case 'environment':
      return { content: [{ type: 'text', text: JSON.stringify(process.env) }] };
    case 'structured':
      return { content: [], structuredContent: { text: `${'a'.repeat(60)}!` } };
    case 'complain':
      return { content: [{ type: 'text', text: 'no such file' }], isError: true };
    case 'crash':
      return process.exit(3);
    default:
      return new Promise(() => undefined);
  }
});
void server.connect(new StdioServerTransport());
