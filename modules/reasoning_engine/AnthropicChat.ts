import type * as AnthropicSdk from '@anthropic-ai/sdk';
import type { ContentBlock, Message, MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';

import { boundedFetch } from '../shared/http';
import { isObject } from '../shared/fields';
import { loadOptional } from '../shared/packages';
import { isDeeper, wellFormed } from '../shared/text';
import type { ChatModel, ChatStart, Conversation, EarlyEnd, ModelTurn, ToolCall, ToolResult } from './ChatModel';
import { ModelCallError } from './errors';
import type { ConfiguredModels } from './ReasoningEngineSettings';
import {
  DEEPEST_ANSWER,
  explainSdkError,
  LARGEST_ANSWER_BYTES,
  NO_TIMEOUT_MS,
  quoted,
  readInput,
  tokenCount,
} from './sdk';

/** Loads the library of Anthropic. @throws PackageMissingError */
export const loadAnthropic = (): typeof AnthropicSdk =>
  loadOptional(
    {
      name: '@anthropic-ai/sdk',
      major: 1,
      neededBy: 'The reasoning engine with the provider "anthropic"',
      otherwise: 'set reasoning_engine.provider to local',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('@anthropic-ai/sdk') as typeof AnthropicSdk,
  );

/** Talks to Anthropic's models by the Messages API. */
export class AnthropicChat implements ChatModel {
  readonly #sdk = loadAnthropic();
  readonly #client: AnthropicSdk.Anthropic;
  readonly #maxTokens: number;

  /** @throws PackageMissingError */
  constructor({ apiKey, baseUrl, maxTokens }: ConfiguredModels) {
    this.#maxTokens = maxTokens;
    this.#client = new this.#sdk.Anthropic({
      apiKey,
      baseURL: baseUrl,
      webhookKey: null,
      maxRetries: 0,
      timeout: NO_TIMEOUT_MS,
      logLevel: 'off',
      openTelemetry: false,
      fetch: boundedFetch({ maxBytes: LARGEST_ANSWER_BYTES }),
    });
  }

  begin({ model, system, question, tools }: ChatStart): Conversation {
    const messages: MessageParam[] = [{ role: 'user', content: question }];
    const offered = tools.map(({ name, description, inputSchema }) => ({
      name,
      ...(description !== '' && { description }),
      input_schema: inputSchema as unknown as Tool.InputSchema,
    }));
    return {
      next: async (results, signal) => {
        if (results.length > 0) messages.push({ role: 'user', content: results.map(toBlock) });
        const request = wellFormed({ model, max_tokens: this.#maxTokens, system, messages, tools: offered });
        const answer: unknown = await this.#client.messages.create(request, { signal }).catch((error: unknown) => {
          throw explainSdkError(error, error instanceof this.#sdk.APIConnectionTimeoutError);
        });
        const message = readMessage(answer);
        if (message === undefined) throw new ModelCallError('provider_failed', 'the answer is no message');
        const content = message.content.map(withInput);
        // A block is a level of its own.
        if (content.some((block) => isDeeper(block, DEEPEST_ANSWER + 1)))
          throw new ModelCallError('provider_failed', `the answer is nested more than ${DEEPEST_ANSWER} levels deep`);
        messages.push({ role: 'assistant', content });
        return toTurn(message);
      },
    };
  }
}

// A result without a text has no content: blocks of text must not be empty.
const toBlock = ({ id, text, isError }: ToolResult) => ({
  type: 'tool_result' as const,
  tool_use_id: id,
  ...(text.trim() !== '' && { content: text }),
  is_error: isError,
});

/** The message of an answer, its blocks fit to be given back; `undefined` if it is none. */
function readMessage(answer: unknown): Message | undefined {
  if (!isObject(answer)) return undefined;
  const { content } = answer;
  // So do servers that are not quite Anthropic's.
  const blocks: unknown = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(blocks) || !blocks.every(isSoundBlock)) return undefined;
  // The API answers with texts that are empty, and takes none.
  const kept = blocks.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  return { ...answer, content: kept } as unknown as Message;
}

/** The API takes calls of tools only with an object as their input, and servers that are not quite Anthropic's give others. */
const withInput = (block: ContentBlock): ContentBlock =>
  block.type === 'tool_use' ? { ...block, input: readInput(block.input).input } : block;

/** Checks the blocks that are read: texts and tool calls. Others may look like anything. */
function isSoundBlock(block: unknown): block is ContentBlock {
  if (!isObject(block)) return false;
  const { type, text, id, name } = block;
  if (type === 'text') return typeof text === 'string';
  return type !== 'tool_use' || (typeof id === 'string' && typeof name === 'string');
}

function toTurn({ content, stop_reason, stop_details, usage }: Message): ModelTurn {
  const ended = earlyEnd(stop_reason, stop_details);
  const calls = content.flatMap((block): ToolCall[] =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, ...readInput(block.input) }] : [],
  );
  return {
    text: wellFormed(content.map((block) => (block.type === 'text' ? block.text : '')).join('')),
    calls: ended === undefined ? calls : [],
    ended,
    stopReason: String(stop_reason),
    usage: {
      inputTokens: tokenCount(usage?.input_tokens),
      outputTokens: tokenCount(usage?.output_tokens),
      cacheReadTokens: tokenCount(usage?.cache_read_input_tokens),
      cacheCreationTokens: tokenCount(usage?.cache_creation_input_tokens),
    },
  };
}

function earlyEnd(reason: Message['stop_reason'], details: Message['stop_details']): EarlyEnd | undefined {
  switch (reason) {
    case 'max_tokens':
      return { why: 'out_of_tokens', said: reason };
    case 'model_context_window_exceeded':
      return { why: 'context_full', said: reason };
    case 'refusal': {
      const { category, explanation } = details ?? {};
      const said = [category, explanation].filter((part) => typeof part === 'string' && part !== '').join(': ');
      return { why: 'refused', said: quoted(said === '' ? 'it gave no reason' : said) };
    }
    default:
      return undefined;
  }
}
