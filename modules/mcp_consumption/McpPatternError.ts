import { DaemonryError } from 'daemonry';

/** A pattern of `allowedTools` is no regular expression. */
export class McpPatternError extends DaemonryError {
  constructor(endpoint: string, pattern: string, cause: unknown) {
    super('MCP_PATTERN_INVALID', {
      what: `${JSON.stringify(pattern)} is no regular expression.`,
      facts: { endpoint, setting: 'mcp_consumption.endpoints[].allowedTools' },
      fix: 'correct the pattern; it is matched against the whole name of a tool.',
      cause,
    });
  }
}
