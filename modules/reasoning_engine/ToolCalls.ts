import { Application, Clock, describeError } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';
import { cutText } from '../shared/text';
import type { Route } from '../audit_log/routes';
import type { ToolCall, ToolResult } from './ChatModel';
import { checkInput } from './checkInput';
import { ReasoningEngineSettings } from './ReasoningEngineSettings';
import type { ReasoningTool } from './ReasoningTools';
import { TimeLimit } from './TimeLimit';

const MAX_CALLS_A_ROUND = 8;
const MAX_ERROR = 500;
const SOURCE = { source: 'reasoning_engine' } as const;

/** Tool calls of one turn of a model. */
export interface ToolRound {
  readonly calls: readonly ToolCall[];
  readonly tools: ReadonlyMap<string, ReasoningTool>;
  readonly route: Route;
  readonly signal: AbortSignal;
}

/** Calls the tools that a model asks for, if they were offered and the input matches their schema. */
@injectable()
export class ToolCalls {
  constructor(
    private readonly settings: ReasoningEngineSettings,
    private readonly limit: TimeLimit,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly application: Application,
  ) {}

  /**
   * Makes the calls. Resolves with a result for each, in their order: the output of the tool, its failure, or the reason why it
   * was not called. Every call is recorded in the audit log; of those that are too many, that they were, and their number.
   *
   * @throws the signal's reason
   */
  async run({ calls, ...round }: ToolRound): Promise<readonly ToolResult[]> {
    const made = await Promise.all(calls.slice(0, MAX_CALLS_A_ROUND).map((call) => this.#run(call, round)));
    const [first, ...others] = calls.slice(MAX_CALLS_A_ROUND);
    if (first === undefined) return made;
    // A row for each would let a model fill the audit log.
    const reason = `more than ${MAX_CALLS_A_ROUND} tools at once, ${calls.length} of them`;
    const denied = await this.#deny(first, round, reason);
    return [...made, denied, ...others.map(({ id }) => ({ ...denied, id }))];
  }

  async #run(call: ToolCall, round: Omit<ToolRound, 'calls'>): Promise<ToolResult> {
    const tool = round.tools.get(call.name);
    if (tool === undefined) return this.#deny(call, round, 'there is no such tool');
    const defect = call.defect ?? checkInput(tool.inputSchema, call.input);
    return defect === undefined ? this.#call(tool, call, round) : this.#deny(call, round, defect);
  }

  async #call(
    tool: ReasoningTool,
    { id, input }: ToolCall,
    { route, signal }: Omit<ToolRound, 'calls'>,
  ): Promise<ToolResult> {
    const since = this.clock.now();
    const note = (outcome: 'ok' | 'error', error?: string): Promise<void> =>
      this.audit.tell(
        'reasoning.tool_called',
        { route, tool: tool.name, outcome, durationMs: Math.max(0, this.clock.now() - since), error },
        SOURCE,
      );
    try {
      const output: unknown = await this.limit.within(this.settings.toolTimeout, signal, async (inner) =>
        tool.call(input, { signal: inner }),
      );
      if (typeof output !== 'string') throw new TypeError('the tool gave no text');
      await note('ok');
      return { id, text: cutText(output, this.settings.maxToolOutputLength), isError: false };
    } catch (thrown) {
      // It is told to the vendor of the model.
      const error = cutText(
        describeError(thrown, (text) => this.application.redact(text)),
        MAX_ERROR,
      );
      await note('error', error);
      signal.throwIfAborted();
      return { id, text: `The tool failed. ${error}`, isError: true };
    }
  }

  async #deny({ id, name }: ToolCall, { route }: Omit<ToolRound, 'calls'>, reason: string): Promise<ToolResult> {
    const denied = { surface: 'reasoning_engine', caller: route, capability: name, reason } as const;
    await this.audit.tell('capability.denied', denied, SOURCE);
    return { id, text: `Refused, and nothing was done: ${reason}.`, isError: true };
  }
}
