import { json, type ReceivedCall, type Reply } from './givenReplies';

export interface ToolRequest {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

interface GivenTokens {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
}

/** The request to a model, independent of the vendor. */
interface ModelRequest {
  readonly model: unknown;
  readonly system: unknown;
  readonly question: unknown;
  readonly tools: readonly string[];
  /** The results of tools, of all rounds. */
  readonly results: readonly { readonly id: unknown; readonly text: unknown }[];
}

/** The format in which a vendor's API speaks, as far as it is used here. */
export interface ModelWire {
  readonly provider: 'anthropic' | 'openai';
  /** Behind the address of the server. */
  readonly basePath: string;
  readonly path: string;
  readonly says: (text: string, tokens?: GivenTokens) => Reply;
  readonly wants: (tools: readonly ToolRequest[], tokens?: GivenTokens) => Reply;
  /** Ran out of tokens. */
  readonly cut: (text: string) => Reply;
  readonly refuses: (status: number, type: string, message: string, headers?: Record<string, string>) => Reply;
  readonly read: (call: ReceivedCall) => ModelRequest;
}

type Message = { role: string; content: unknown; tool_call_id?: string };
interface Body {
  model: unknown;
  system?: unknown;
  messages: Message[];
  tools?: { name?: string; function?: { name: string } }[];
}
interface Block {
  type: string;
  tool_use_id: string;
  content: unknown;
}

const FEW: GivenTokens = { input: 10, output: 5 };

function anthropicMessage(content: unknown[], stopReason: string, { input, output, cached = 0 }: GivenTokens): Reply {
  return json(
    {
      id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-5-5',
      content,
      stop_reason: stopReason,
      stop_sequence: null,
      usage: {
        input_tokens: input,
        output_tokens: output,
        cache_read_input_tokens: cached,
        cache_creation_input_tokens: 0,
      },
    },
    200,
    { 'request-id': 'req_018EeWyXxfu5pfWkrYcMdjWG' },
  );
}

export const ANTHROPIC: ModelWire = {
  provider: 'anthropic',
  basePath: '',
  path: '/v1/messages',
  says: (text, tokens = FEW) => anthropicMessage([{ type: 'text', text }], 'end_turn', tokens),
  wants: (tools, tokens = FEW) =>
    anthropicMessage(
      [{ type: 'text', text: 'Let me look.' }, ...tools.map((tool) => ({ type: 'tool_use', ...tool }))],
      'tool_use',
      tokens,
    ),
  cut: (text) => anthropicMessage([{ type: 'text', text }], 'max_tokens', FEW),
  refuses: (status, type, message, headers) =>
    json({ type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' }, status, headers),
  read: ({ body }) => {
    const { model, system, messages, tools = [] } = JSON.parse(body) as Body;
    const results = messages.slice(1).flatMap(({ role, content }) => (role === 'user' ? (content as Block[]) : []));
    return {
      model,
      system,
      question: messages[0]?.content,
      tools: tools.map(({ name = '' }) => name),
      results: results.map(({ tool_use_id: id, content: text }) => ({ id, text })),
    };
  },
};

function openaiCompletion(message: object, reason: string, { input, output, cached = 0 }: GivenTokens): Reply {
  return json({
    id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
    object: 'chat.completion',
    created: 1_741_569_952,
    model: 'small-1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: null, annotations: [], ...message },
        logprobs: null,
        finish_reason: reason,
      },
    ],
    usage: {
      prompt_tokens: input + cached,
      completion_tokens: output,
      total_tokens: input + cached + output,
      prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    },
  });
}

export const OPENAI: ModelWire = {
  provider: 'openai',
  basePath: '/v1',
  path: '/v1/chat/completions',
  says: (content, tokens = FEW) => openaiCompletion({ content }, 'stop', tokens),
  wants: (tools, tokens = FEW) =>
    openaiCompletion(
      {
        tool_calls: tools.map(({ id, name, input }) => ({
          id,
          type: 'function',
          function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
        })),
      },
      'tool_calls',
      tokens,
    ),
  cut: (content) => openaiCompletion({ content }, 'length', FEW),
  refuses: (status, type, message, headers) =>
    json({ error: { message, type, param: null, code: null } }, status, headers),
  read: ({ body }) => {
    const { model, messages, tools = [] } = JSON.parse(body) as Body;
    return {
      model,
      system: messages[0]?.content,
      question: messages[1]?.content,
      tools: tools.map(({ function: called }) => called?.name ?? ''),
      results: messages
        .filter(({ role }) => role === 'tool')
        .map(({ tool_call_id: id, content: text }) => ({ id, text })),
    };
  },
};
