import type { McpBlock } from './content';
import type { McpCallContext, McpCapability } from './McpTools';

/** One file or document that MCP clients may read. */
export interface McpResource {
  /** Its address, unique among all resources: `orders://today`. */
  readonly uri: string;
  /** Its name for people. */
  readonly name: string;
  /** Tells the client what is in it. */
  readonly description?: string;
  /** Type of its content, such as `text/markdown`. */
  readonly mimeType?: string;
  /** The capability that a caller needs. */
  readonly capability: McpCapability;
  /** Resolves with what is in it, as text or as bytes. */
  readonly read: (context: McpCallContext) => string | Uint8Array | Promise<string | Uint8Array>;
}

/** Resources that a module adds to the MCP server. Bind a class of yours, and this token to it. */
export abstract class McpResources {
  /** The resources, in any order. Asked for once, when the server starts. */
  abstract list(): readonly McpResource[];
}

/** One message of a prompt. */
export interface McpPromptMessage {
  /** The one who says it. */
  readonly role: 'user' | 'assistant';
  /** The words, or an image, a sound or a file. */
  readonly content: McpBlock;
}

/** One prompt that MCP clients may offer to people. */
export interface McpPrompt {
  /** Unique among all prompts. */
  readonly name: string;
  /** Tells people what it is for. */
  readonly description?: string;
  /** The values that it can be filled with. @defaultValue none */
  readonly arguments?: readonly { readonly name: string; readonly description?: string; readonly required?: boolean }[];
  /** The capability that a caller needs. */
  readonly capability: McpCapability;
  /** Resolves with its messages; a text is one message of the user. Required arguments are there. */
  readonly render: (
    values: Readonly<Record<string, string>>,
    context: McpCallContext,
  ) => string | readonly McpPromptMessage[] | Promise<string | readonly McpPromptMessage[]>;
}

/** Prompts that a module adds to the MCP server. Bind a class of yours, and this token to it. */
export abstract class McpPrompts {
  /** The prompts, in any order. Asked for once, when the server starts. */
  abstract list(): readonly McpPrompt[];
}
