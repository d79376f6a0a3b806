/** A JSON Schema of an object, as it is shown to the model. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface ReasoningToolContext {
  /** Aborts when the result is not waited for any more. */
  readonly signal: AbortSignal;
}

/** Something that the model may have called, and nothing else is. */
export interface ReasoningTool {
  /** 1 to 64 letters, digits, `_` and `-`; unique among all tools. */
  readonly name: string;
  /** What it does, told to the model; at most 1,000 characters of it. */
  readonly description: string;
  /** What `input` looks like: a call with anything else is refused. */
  readonly inputSchema: JsonSchema;
  /**
   * Resolves with a text for the model, of which `maxToolOutputLength` characters reach it. What it throws is told to the
   * model as well: no secret belongs in there.
   */
  call(input: Readonly<Record<string, unknown>>, context: ReasoningToolContext): Promise<string>;
}

/**
 * Tools for the models of the reasoning engine. Bind a service of yours, and this token to it:
 * `bind(ReasoningTools).toService(OrderTools)`. The engine needs every such service, so let one that needs a listener take it
 * as `@Available(Orders)`.
 */
export abstract class ReasoningTools {
  /** The tools that there are at this moment; asked for each question, and waited for as long as for a tool. */
  abstract list(context: ReasoningToolContext): Promise<readonly ReasoningTool[]>;
}

/** The schema of a tool that takes nothing. */
export const NO_INPUT: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
