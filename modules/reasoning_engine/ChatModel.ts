import type { ReasoningTool } from './ReasoningTools';

/** A tool that the model asks to be called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model gave it, checked by nobody; `undefined` when it is no JSON. */
  readonly input: unknown;
}

/** What the model is told of a call. */
export interface ToolResult {
  readonly id: string;
  readonly text: string;
  readonly isError: boolean;
}

export interface TokenUsage {
  /** Without those of the cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

/** One answer of the model. */
export interface ModelTurn {
  readonly text: string;
  /** The tools that it waits for; none when the text is its last word. */
  readonly calls: readonly ToolCall[];
  /** It ended where it ran out of tokens. */
  readonly cut: boolean;
  readonly usage: TokenUsage;
}

export interface ChatStart {
  readonly model: string;
  readonly system: string;
  readonly question: string;
  readonly tools: readonly ReasoningTool[];
}

/** A question and what followed from it, in the words of one provider. */
export interface Conversation {
  /**
   * Sends the question, or the results of every tool that the last turn asked for.
   *
   * @throws ModelCallError; when the signal aborts, an error of any kind
   */
  next(results: readonly ToolResult[], signal: AbortSignal): Promise<ModelTurn>;
}

/** Speaks with the models of one provider. */
export interface ChatModel {
  begin(start: ChatStart): Conversation;
}
