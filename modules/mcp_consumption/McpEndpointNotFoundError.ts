import { DaemonryError } from 'daemonry';

/** A call names an endpoint that is not configured. */
export class McpEndpointNotFoundError extends DaemonryError {
  constructor(
    readonly endpoint: string,
    known: readonly string[],
  ) {
    super('MCP_ENDPOINT_NOT_FOUND', {
      what: `There is no MCP endpoint ${JSON.stringify(endpoint)}.`,
      facts: { known: known.join(', ') || 'none' },
      fix: 'name one that is known, or configure it under mcp_consumption.endpoints.',
    });
  }
}
