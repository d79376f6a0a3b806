import type { ReasoningTool } from './ReasoningTools';

/** The model's request to call a tool. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Arguments given by the model, unchecked; empty when they have a defect. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Why the arguments cannot be used: they are no JSON object, or nested too deeply. */
  readonly defect?: string;
}

/** The result of a tool call, for the model. */
export interface ToolResult {
  readonly id: string;
  readonly text: string;
  readonly isError: boolean;
}

/** Tokens of one call of a model. */
export interface TokenUsage {
  /** Without tokens that were read from the cache, or written to it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

/** The reason why a turn ended before the model was done. */
export interface EarlyEnd {
  /** It ran out of the tokens of an answer, or of those of its context; or the model, or a filter of its vendor, refused. */
  readonly why: 'out_of_tokens' | 'context_full' | 'refused';
  /** The vendor's words for it; one sentence without a full stop. */
  readonly said: string;
}

/** One answer of the model. */
export interface ModelTurn {
  readonly text: string;
  /** The tool calls that it waits for; none when the text is its answer. */
  readonly calls: readonly ToolCall[];
  /** Set when it ended early; then it waits for no tool. */
  readonly ended?: EarlyEnd | undefined;
  /** The vendor's word for the end. */
  readonly stopReason: string;
  readonly usage: TokenUsage;
}

/** The beginning of a conversation with a model. */
export interface ChatStart {
  readonly model: string;
  readonly system: string;
  readonly question: string;
  readonly tools: readonly ReasoningTool[];
}

/** A question and the turns that follow it, in the format of one provider. */
export interface Conversation {
  /**
   * Sends the question, later the results of every tool that the last turn asked for.
   *
   * @throws ModelCallError; when the signal aborts, an error of any kind
   */
  next(results: readonly ToolResult[], signal: AbortSignal): Promise<ModelTurn>;
}

/** Talks to the models of one provider. */
export interface ChatModel {
  begin(start: ChatStart): Conversation;
}
