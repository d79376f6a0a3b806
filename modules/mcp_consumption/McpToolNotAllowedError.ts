import { DaemonryError } from 'daemonry';

/** A call names a tool that the endpoint's `allowedTools` do not allow; nothing was sent. */
export class McpToolNotAllowedError extends DaemonryError {
  constructor(
    readonly endpoint: string,
    readonly tool: string,
  ) {
    super('MCP_TOOL_NOT_ALLOWED', {
      what: `The tool ${JSON.stringify(tool.slice(0, 200))} of the MCP endpoint "${endpoint}" is not allowed.`,
      fix: `add a pattern for it to allowedTools of that endpoint in mcp_consumption.endpoints, or do not call it.`,
    });
  }
}
