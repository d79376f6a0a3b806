import { DaemonryError } from 'daemonry';

/** A call names an endpoint that is not configured. */
export class McpEndpointNotFoundError extends DaemonryError<'MCP_ENDPOINT_NOT_FOUND'> {
  constructor(
    /** Name of the endpoint. */
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

/** A call names a tool that the endpoint's `allowedTools` do not allow. Nothing was sent. */
export class McpToolNotAllowedError extends DaemonryError<'MCP_TOOL_NOT_ALLOWED'> {
  constructor(
    /** Name of the endpoint. */
    readonly endpoint: string,
    /** Name of the tool. */
    readonly tool: string,
  ) {
    super('MCP_TOOL_NOT_ALLOWED', {
      what: `The tool ${JSON.stringify(tool.slice(0, 200))} of the MCP endpoint "${endpoint}" is not allowed.`,
      fix: `add a pattern for it to allowedTools of that endpoint in mcp_consumption.endpoints, or do not call it.`,
    });
  }
}

/** An MCP server could not be reached, did not answer in time, or answered with an error. The next call opens a new connection. */
export class McpCallFailedError extends DaemonryError<'MCP_CALL_FAILED'> {
  constructor(
    /** Name of the endpoint. */
    readonly endpoint: string,
    /** `connect`, `tools/list` or `tools/call <tool>`. */
    readonly call: string,
    /** The reason, without the endpoint's secrets. */
    readonly reason: string,
  ) {
    super('MCP_CALL_FAILED', {
      what: `${call} failed at the MCP endpoint "${endpoint}".`,
      facts: { reason },
      fix: 'see whether the server runs and accepts the token; its address is under mcp_consumption.endpoints.',
    });
  }
}

/** A pattern of `allowedTools` is not a regular expression. */
export class McpPatternError extends DaemonryError<'MCP_PATTERN_INVALID'> {
  constructor(endpoint: string, pattern: string, cause: unknown) {
    super('MCP_PATTERN_INVALID', {
      what: `${JSON.stringify(pattern)} is no regular expression.`,
      facts: { endpoint, setting: 'mcp_consumption.endpoints[].allowedTools' },
      fix: 'correct the pattern; it is matched against the whole name of a tool.',
      cause,
    });
  }
}
