/** A JSON Schema of an object, as it is shown to the model. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Context of a call of a tool, or of a request for its list. */
export interface ReasoningToolContext {
  /** Aborts when nobody waits for the result. */
  readonly signal: AbortSignal;
}

/** A tool that the model may ask to be called. Nothing else is called for it. */
export interface ReasoningTool {
  /** 1 to 64 letters, digits, `_` and `-`; unique among all tools. */
  readonly name: string;
  /** Tells the model what the tool does; cut at 1,000 characters. */
  readonly description: string;
  /** Schema of `input`: calls that do not match it are refused. */
  readonly inputSchema: JsonSchema;
  /**
   * Calls the tool. Resolves with a text for the model, which is cut at `maxToolOutputLength` characters. The messages of its
   * errors are told to the model too, so they must hold no secret.
   */
  call(input: Readonly<Record<string, unknown>>, context: ReasoningToolContext): Promise<string>;
}

/**
 * Tools for the models of the reasoning engine. Bind a service of yours, and this token to it:
 * `bind(ReasoningTools).toService(OrderTools)`. The engine needs every such service, so let one that needs a listener take it
 * as `@Available(Orders)`.
 */
export abstract class ReasoningTools {
  /** The tools that exist at this moment. Called for each question, within `toolTimeout`. */
  abstract list(context: ReasoningToolContext): Promise<readonly ReasoningTool[]>;
}

/** The schema of a tool without input. */
export const NO_INPUT: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
