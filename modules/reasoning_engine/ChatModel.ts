import type { ReasoningTool } from './ReasoningTools';

/** The model's request to call a tool. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** Arguments given by the model, unchecked; `undefined` when they are no JSON. */
  readonly input: unknown;
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

/** One answer of the model. */
export interface ModelTurn {
  readonly text: string;
  /** The tool calls that it waits for; none when the text is its answer. */
  readonly calls: readonly ToolCall[];
  /** True if it ended because it ran out of tokens. */
  readonly cut: boolean;
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
