import { DaemonryError } from 'daemonry';

/** An MCP server could not be reached, did not answer in time, or answered with an error. The next call connects anew. */
export class McpCallFailedError extends DaemonryError {
  constructor(
    readonly endpoint: string,
    /** `connect`, `tools/list` or `tools/call <tool>`. */
    readonly call: string,
    /** Without the endpoint's secrets. */
    readonly reason: string,
  ) {
    super('MCP_CALL_FAILED', {
      what: `${call} failed at the MCP endpoint "${endpoint}".`,
      facts: { reason },
      fix: 'see whether the server runs and accepts the token; its address is under mcp_consumption.endpoints.',
    });
  }
}
