import type * as AnthropicSdk from '@anthropic-ai/sdk';
import type { ContentBlock, Message, MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';

import { boundedFetch } from '../shared/http';
import { isObject } from '../shared/fields';
import { loadOptional } from '../shared/packages';
import type { ChatModel, ChatStart, Conversation, ModelTurn, ToolCall, ToolResult } from './ChatModel';
import { ModelCallError } from './errors';
import type { ConfiguredModels } from './ReasoningEngineSettings';
import { explainSdkError, LARGEST_ANSWER_BYTES, NO_TIMEOUT_MS, tokenCount } from './sdk';

/** @throws PackageMissingError */
const loadSdk = (): typeof AnthropicSdk =>
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
  readonly #sdk = loadSdk();
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
      description,
      input_schema: inputSchema as unknown as Tool.InputSchema,
    }));
    return {
      next: async (results, signal) => {
        if (results.length > 0) messages.push({ role: 'user', content: results.map(toBlock) });
        const request = { model, max_tokens: this.#maxTokens, system, messages, tools: offered };
        const message: unknown = await this.#client.messages.create(request, { signal }).catch((error: unknown) => {
          throw explainSdkError(error, error instanceof this.#sdk.APIConnectionTimeoutError);
        });
        if (!isMessage(message)) throw new ModelCallError('provider_failed', 'the answer is no message');
        messages.push({ role: 'assistant', content: message.content });
        return readMessage(message);
      },
    };
  }
}

const toBlock = ({ id, text, isError }: ToolResult) => ({
  type: 'tool_result' as const,
  tool_use_id: id,
  content: text,
  is_error: isError,
});

const isMessage = (value: unknown): value is Message =>
  isObject(value) && Array.isArray(value['content']) && value['content'].every(isSoundBlock);

/** Checks the blocks that are read: texts and tool calls. Others may look like anything. */
function isSoundBlock(block: unknown): block is ContentBlock {
  if (!isObject(block)) return false;
  const { type, text, id, name } = block;
  if (type === 'text') return typeof text === 'string';
  return type !== 'tool_use' || (typeof id === 'string' && typeof name === 'string');
}

function readMessage({ content, stop_reason, usage }: Message): ModelTurn {
  const calls = content.flatMap((block): ToolCall[] =>
    block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input }] : [],
  );
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: stop_reason === 'tool_use' ? calls : [],
    cut: stop_reason === 'max_tokens',
    usage: {
      inputTokens: tokenCount(usage?.input_tokens),
      outputTokens: tokenCount(usage?.output_tokens),
      cacheReadTokens: tokenCount(usage?.cache_read_input_tokens),
      cacheCreationTokens: tokenCount(usage?.cache_creation_input_tokens),
    },
  };
}
