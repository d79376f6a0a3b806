import { type Fields, isObject } from '../shared/fields';
import { cutText, wellFormed } from '../shared/text';

/** A tool as a server describes it, in the form that is used here. */
export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Fields;
}

/** One page of `tools/list`. */
export interface ToolPage {
  readonly tools: readonly ListedTool[];
  /** The tools that cannot be read, each with its name, or its place when it has none, and the reason. */
  readonly defects: readonly { readonly tool: string; readonly reason: string }[];
  readonly nextCursor?: string | undefined;
}

/**
 * Reads a page of `tools/list`, tool by tool: one that is not as the protocol asks hides no other. Fields that are not used, such as
 * the schemas of results, may look like anything.
 *
 * @throws Error when there is no list in it.
 */
export function readToolPage({ tools, nextCursor }: Fields): ToolPage {
  if (!Array.isArray(tools)) throw new Error('The answer to tools/list has no list of tools.');
  const read = tools.map(readTool);
  return {
    tools: read.flatMap((tool) => ('reason' in tool ? [] : [tool])),
    defects: read.flatMap((tool) => ('reason' in tool ? [tool] : [])),
    nextCursor: typeof nextCursor === 'string' ? nextCursor : undefined,
  };
}

function readTool(tool: unknown, index: number): ListedTool | ToolPage['defects'][number] {
  const { name, description, inputSchema } = isObject(tool) ? tool : {};
  if (typeof name !== 'string') return { tool: `number ${index + 1}`, reason: 'it has no name' };
  if (!isObject(inputSchema)) return { tool: cutText(name, 100), reason: 'its inputSchema is no object' };
  return { name, description: typeof description === 'string' ? wellFormed(description) : '', inputSchema };
}

/**
 * Reads the result of `tools/call` as one text: the texts of its blocks, and of others what they are and how large. Where
 * these say nothing, the structured result as JSON. A text or a block in place of a list of them is read as one.
 */
export function readToolResult(result: Fields): { readonly text: string; readonly isError: boolean } {
  const { content, structuredContent, toolResult, isError } = result;
  const blocks = blocksOf(content).map(blockText);
  const rest = structuredContent ?? toolResult;
  const said = blocks.join('\n');
  const text = said.trim() !== '' || rest === undefined || rest === null ? said : JSON.stringify(rest);
  return { text: wellFormed(text), isError: isError === true };
}

/** Servers give one block, or a text, where the protocol wants a list; or no content at all. */
function blocksOf(content: unknown): readonly unknown[] {
  if (content === undefined || content === null || content === '') return [];
  return Array.isArray(content) ? content : [content];
}

function blockText(block: unknown): string {
  if (typeof block === 'string') return block;
  if (!isObject(block) || Object.keys(block).length === 0) return '[unknown]';
  const { type, text, data, mimeType, resource } = block;
  if (typeof type !== 'string') return typeof text === 'string' ? text : JSON.stringify(block);
  switch (type) {
    case 'text':
      return typeof text === 'string' ? text : '';
    case 'image':
    case 'audio':
      return label(type, [mimeType, sizeOf(data)]);
    case 'resource_link':
      return label(type, [block['uri'], block['name'], block['description'], mimeType]);
    case 'resource': {
      const { uri, text: content, blob, mimeType: kind } = isObject(resource) ? resource : {};
      return typeof content === 'string' ? `${label(type, [uri])}\n${content}` : label(type, [uri, kind, sizeOf(blob)]);
    }
    default:
      return label(type, []);
  }
}

const LONGEST_DETAIL = 1_000;

function label(type: string, details: readonly unknown[]): string {
  const said = details.flatMap((detail) => (typeof detail === 'string' ? [cutText(detail, LONGEST_DETAIL)] : []));
  return `[${[cutText(type, 100), ...said].join(' ')}]`;
}

/** The size of what is given as base64. */
function sizeOf(base64: unknown): string | undefined {
  if (typeof base64 !== 'string') return undefined;
  const bytes = Buffer.byteLength(base64, 'base64');
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
}
