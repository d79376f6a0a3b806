import type { ContentBlock } from '@modelcontextprotocol/sdk/types.js';

/** One part of what a tool or a prompt gives a client. */
export type McpBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: Uint8Array; readonly mimeType: string }
  /** A file, whole: as text, or as bytes. */
  | {
      readonly type: 'resource';
      readonly uri: string;
      readonly content: string | Uint8Array;
      readonly mimeType?: string;
    }
  /** A file that the client may read by its address. */
  | {
      readonly type: 'resource_link';
      readonly uri: string;
      readonly name: string;
      readonly description?: string;
      readonly mimeType?: string;
    };

/**
 * The answer of a tool that is more than JSON: texts, images, sounds and files. A tool that returns one answers with these blocks,
 * in their order.
 */
export class McpContent {
  constructor(
    /** The parts of the answer. */
    readonly blocks: readonly McpBlock[],
    /** True if the tool has failed in a way that the client is to see. @defaultValue `false` */
    readonly isError = false,
  ) {}
}

/** A part as the protocol has it. @throws TypeError for anything else, which JavaScript may give */
export function toBlock(block: McpBlock): ContentBlock {
  switch (block.type) {
    case 'image':
    case 'audio':
      return { type: block.type, data: base64(block.data), mimeType: block.mimeType };
    case 'resource':
      return { type: 'resource', resource: toContents(block.uri, block.content, block.mimeType) };
    case 'text':
    case 'resource_link':
      return { ...block };
    default:
      throw new TypeError('The answer has a part of a kind that there is not.');
  }
}

/** A file as the protocol has it. */
export const toContents = (uri: string, content: string | Uint8Array, mimeType?: string) => ({
  uri,
  ...(mimeType === undefined ? {} : { mimeType }),
  ...(typeof content === 'string' ? { text: content } : { blob: base64(content) }),
});

const base64 = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
