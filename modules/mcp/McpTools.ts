import { DaemonryError } from 'daemonry';

/** `operate` includes `read`. */
export const MCP_CAPABILITIES = ['read', 'operate'] as const;
/** A right of a caller. */
export type McpCapability = (typeof MCP_CAPABILITIES)[number];

/** Passed to everything that answers a client. */
export interface McpCallContext {
  /** The name of the caller. */
  readonly caller: string;
  /** Whether it acts for a person. */
  readonly kind: 'human' | 'automation';
  /** Aborts after `mcp.callTimeout`, and when the application stops. */
  readonly signal: AbortSignal;
}

/** Passed to each call of a tool. */
export interface McpToolContext extends McpCallContext {
  /**
   * Tells the client how far the call is, when it has asked for that; does nothing otherwise, and after the answer.
   *
   * @param done - more each time
   * @param total - the value of `done` at the end, when it is known
   * @param message - for people
   */
  readonly progress: (done: number, total?: number, message?: string) => void;
}

/** One tool that MCP clients may call. */
export interface McpTool {
  /** Unique among all tools: letters, digits, underscores. */
  readonly name: string;
  /** Tells the client when to use the tool. */
  readonly description: string;
  /** JSON schema of an object. What does not match it is refused before `call`. */
  readonly inputSchema: Readonly<Record<string, unknown>> & { readonly type: 'object' };
  /** The capability that a caller needs. */
  readonly capability: McpCapability;
  /**
   * Resolves with anything that is JSON, or with an {@link McpContent} of texts, images, sounds and files. What it throws is told to
   * the client, by its message.
   */
  readonly call: (input: Readonly<Record<string, unknown>>, context: McpToolContext) => unknown;
}

/** Tools that a module adds to the MCP server. Bind a class of yours, and this token to it. */
export abstract class McpTools {
  /** The tools, in any order. */
  abstract list(): readonly McpTool[];
}

/** Two tools of the MCP server have the same name; or two prompts, or two resources the same address. */
export class DuplicateToolError extends DaemonryError<'MCP_TOOL_TWICE'> {
  constructor(kind: 'tool' | 'resource' | 'prompt', name: string) {
    super('MCP_TOOL_TWICE', {
      what: `Two MCP ${kind}s are named ${JSON.stringify(name)}.`,
      fix: `rename one of them in the class bound to Mcp${TOKEN_OF[kind]} that brings it.`,
    });
  }
}

const TOKEN_OF = { tool: 'Tools', resource: 'Resources', prompt: 'Prompts' };
