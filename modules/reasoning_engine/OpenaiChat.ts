import type * as OpenaiSdk from 'openai';
import type { ChatCompletion, ChatCompletionMessageParam } from 'openai/resources/chat/completions';

import { boundedFetch } from '../shared/http';
import { isObject } from '../shared/fields';
import { loadOptional } from '../shared/packages';
import { wellFormed } from '../shared/text';
import type {
  ChatModel,
  ChatStart,
  Conversation,
  EarlyEnd,
  ModelTurn,
  TokenUsage,
  ToolCall,
  ToolResult,
} from './ChatModel';
import { ModelCallError } from './errors';
import type { ConfiguredModels, OpenaiSettings } from './ReasoningEngineSettings';
import { explainSdkError, LARGEST_ANSWER_BYTES, messageIn, NO_TIMEOUT_MS, quoted, readInput, tokenCount } from './sdk';

/** Loads the library of OpenAI. @throws PackageMissingError */
export const loadOpenai = (): typeof OpenaiSdk =>
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
  readonly #sdk = loadOpenai();
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
      function: { name, ...(description !== '' && { description }), parameters: { ...inputSchema } },
    }));
    return {
      next: async (results, signal) => {
        messages.push(...results.map(toMessage));
        // Endpoints refuse an empty list.
        const request = { model, messages, ...this.#limit, ...(offered.length > 0 && { tools: offered }) };
        const completion: unknown = await this.#client.chat.completions
          .create(wellFormed(request), { signal })
          .catch((error: unknown) => {
            throw explainSdkError(error, error instanceof this.#sdk.APIConnectionTimeoutError);
          });
        const { content, calls, turn } = readCompletion(completion);
        // Only fields that every endpoint accepts.
        messages.push({ role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls.map(toAsked) }) });
        return turn;
      },
    };
  }
}

const toMessage = ({ id, text }: ToolResult) => ({ role: 'tool' as const, tool_call_id: id, content: text });

/** A call as it was asked for, to be given back: its arguments are a text, also where the endpoint gave an object. */
const toAsked = ({ id, name, given }: AskedCall) => ({
  id,
  type: 'function' as const,
  function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(readInput(given).input) },
});

interface AskedCall {
  readonly id: string;
  readonly name: string;
  /** The arguments: JSON, or the object itself. */
  readonly given: unknown;
}

interface ReadCompletion {
  readonly content: string | null;
  readonly calls: readonly AskedCall[];
  readonly turn: ModelTurn;
}

/** Reads a completion of OpenAI, or of an endpoint that differs from it in the ways that are known. @throws ModelCallError */
function readCompletion(completion: unknown): ReadCompletion {
  const choices = isObject(completion) ? completion['choices'] : undefined;
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const error = messageIn(choice ?? completion);
  if (error !== undefined) throw new ModelCallError('provider_failed', quoted(error));
  if (!isObject(choice) || !isObject(choice['message']))
    throw new ModelCallError('provider_failed', 'the answer is no completion');
  const { content, refusal, tool_calls: asked } = choice['message'];
  const text = [textIn(content), refusal].find((said) => typeof said === 'string') ?? null;
  const calls = (Array.isArray(asked) ? asked : []).map(readCall);
  const reason = choice['finish_reason'];
  const ended = earlyEnd(reason);
  const turn = {
    text: wellFormed(text ?? ''),
    // Not every endpoint gives `tool_calls` as its finish reason.
    calls: ended === undefined ? calls.map(toCall) : [],
    ended,
    stopReason: typeof reason === 'string' ? quoted(reason) : 'none',
    usage: readUsage(completion as ChatCompletion),
  };
  return { content: text, calls, turn };
}

/** The text of a message, which may come in parts; `undefined` without one. */
function textIn(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return undefined;
  return content
    .map((part: unknown) => (isObject(part) ? [part['text'], part['refusal']] : [part]))
    .map((texts) => texts.find((text) => typeof text === 'string') ?? '')
    .join('');
}

/** @throws ModelCallError for a call of anything but a function, which was never offered. */
function readCall(call: unknown, index: number): AskedCall {
  const called = isObject(call) ? call['function'] : undefined;
  if (!isObject(call) || !isObject(called) || typeof called['name'] !== 'string')
    throw new ModelCallError('provider_failed', 'the model asked for a tool without naming it');
  const { id } = call;
  return { id: typeof id === 'string' ? id : `call_${index}`, name: called['name'], given: called['arguments'] };
}

const toCall = ({ id, name, given }: AskedCall): ToolCall => ({ id, name, ...readInput(given) });

function earlyEnd(reason: unknown): EarlyEnd | undefined {
  switch (reason) {
    case 'length':
      return { why: 'out_of_tokens', said: reason };
    case 'model_length':
      return { why: 'context_full', said: reason };
    case 'content_filter':
      return { why: 'refused', said: 'content_filter, the filter of its vendor' };
    default:
      return undefined;
  }
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
