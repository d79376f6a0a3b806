import { DaemonryError } from 'daemonry';

/** Two tools of the MCP server have the same name. */
export class DuplicateToolError extends DaemonryError<'MCP_TOOL_TWICE'> {
  constructor(tool: string) {
    super('MCP_TOOL_TWICE', {
      what: `Two MCP tools are named ${JSON.stringify(tool)}.`,
      fix: 'rename one of them in the class bound to McpTools that brings it.',
    });
  }
}
