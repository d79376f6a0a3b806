import type * as OpenaiSdk from 'openai';
import type {
  ChatCompletion,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';

import { boundedFetch } from '../shared/http';
import { isObject } from '../shared/fields';
import { loadOptional } from '../shared/packages';
import type { ChatModel, ChatStart, Conversation, ModelTurn, TokenUsage, ToolCall, ToolResult } from './ChatModel';
import { ModelCallError } from './errors';
import type { ConfiguredModels, OpenaiSettings } from './ReasoningEngineSettings';
import { explainSdkError, LARGEST_ANSWER_BYTES, NO_TIMEOUT_MS, tokenCount } from './sdk';

type FunctionCall = ChatCompletionMessageFunctionToolCall;

/** @throws PackageMissingError */
const loadSdk = (): typeof OpenaiSdk =>
  loadOptional(
    {
      name: 'openai',
      major: 6,
      neededBy: 'The reasoning engine with the provider "openai"',
      otherwise: 'set reasoning_engine.provider to local',
    },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('openai') as typeof OpenaiSdk,
  );

/** Talks to the models of OpenAI, or of any endpoint with its Chat Completions API. */
export class OpenaiChat implements ChatModel {
  readonly #sdk = loadSdk();
  readonly #client: OpenaiSdk.OpenAI;
  readonly #limit: Readonly<Record<string, number>>;

  /** @throws PackageMissingError */
  constructor({ apiKey, baseUrl, maxTokens }: ConfiguredModels, limitField: OpenaiSettings['limitField']) {
    this.#limit = { [limitField]: maxTokens };
    this.#client = new this.#sdk.OpenAI({
      apiKey,
      baseURL: baseUrl,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: NO_TIMEOUT_MS,
      logLevel: 'off',
      fetch: boundedFetch({ maxBytes: LARGEST_ANSWER_BYTES }),
    });
  }

  begin({ model, system, question, tools }: ChatStart): Conversation {
    const messages: ChatCompletionMessageParam[] = [
      { role: 'system', content: system },
      { role: 'user', content: question },
    ];
    const offered = tools.map(({ name, description, inputSchema }) => ({
      type: 'function' as const,
      function: { name, description, parameters: { ...inputSchema } },
    }));
    return {
      next: async (results, signal) => {
        messages.push(...results.map(toMessage));
        // Endpoints refuse an empty list.
        const request = { model, messages, ...this.#limit, ...(offered.length > 0 && { tools: offered }) };
        const completion: unknown = await this.#client.chat.completions
          .create(request, { signal })
          .catch((error: unknown) => {
            throw explainSdkError(error, error instanceof this.#sdk.APIConnectionTimeoutError);
          });
        const read = readCompletion(completion);
        if (read === undefined) throw new ModelCallError('provider_failed', 'the answer is no completion');
        const { content, calls, turn } = read;
        // Only fields that every endpoint accepts.
        messages.push({ role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) });
        return turn;
      },
    };
  }
}

const toMessage = ({ id, text }: ToolResult) => ({ role: 'tool' as const, tool_call_id: id, content: text });

interface ReadCompletion {
  readonly content: string | null;
  readonly calls: FunctionCall[];
  readonly turn: ModelTurn;
}

/** Reads a completion; `undefined` if it is none. Calls of anything but functions are left out. */
function readCompletion(completion: unknown): ReadCompletion | undefined {
  if (!isObject(completion) || !Array.isArray(completion['choices'])) return undefined;
  const choice: unknown = completion['choices'][0];
  if (!isObject(choice) || !isObject(choice['message'])) return undefined;
  const { content, refusal, tool_calls: asked } = choice['message'];
  const text = [content, refusal].find((said) => typeof said === 'string') ?? null;
  const calls = (Array.isArray(asked) ? asked : []).filter(isFunctionCall);
  const cut = choice['finish_reason'] === 'length';
  const usage = readUsage(completion);
  // Not every endpoint gives `tool_calls` as its finish reason.
  return { content: text, calls, turn: { text: text ?? '', calls: cut ? [] : calls.map(toCall), cut, usage } };
}

function isFunctionCall(call: unknown): call is FunctionCall {
  if (!isObject(call) || !isObject(call['function'])) return false;
  const { name, arguments: input } = call['function'];
  return typeof call['id'] === 'string' && typeof name === 'string' && typeof input === 'string';
}

function readUsage({ usage }: Pick<ChatCompletion, 'usage'>): TokenUsage {
  const cacheReadTokens = tokenCount(usage?.prompt_tokens_details?.cached_tokens);
  return {
    inputTokens: Math.max(0, tokenCount(usage?.prompt_tokens) - cacheReadTokens),
    outputTokens: tokenCount(usage?.completion_tokens),
    cacheReadTokens,
    cacheCreationTokens: 0,
  };
}

function toCall({ id, function: { name, arguments: text } }: FunctionCall): ToolCall {
  try {
    return { id, name, input: JSON.parse(text === '' ? '{}' : text) as unknown };
  } catch {
    return { id, name, input: undefined }; // no JSON: the call is refused
  }
}
