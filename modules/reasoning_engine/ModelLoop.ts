import { ListenerLogger, messageOf } from 'daemonry';
import { injectable } from 'inversify';

import { Telemetry } from '../cost_telemetry/Telemetry';
import { cutText, SecretRemover } from '../shared/text';
import { type AcceptedQuestion, type Answer, type Refusal, refusal } from './Answer';
import type { ChatModel, Conversation, ModelTurn, TokenUsage, ToolResult } from './ChatModel';
import { ModelCallError } from './errors';
import { type ConfiguredModels, type ModelPrice, ReasoningEngineSettings } from './ReasoningEngineSettings';
import { ReasoningGuard } from './ReasoningGuard';
import { TimeLimit, TimeOverError } from './TimeLimit';
import { ToolBox } from './ToolBox';
import { ToolCalls } from './ToolCalls';

const LONGEST_SAID = 320;
const MAX_REASON = 200;

/** A provider that is ready to be asked. */
export interface OpenModels {
  readonly provider: string;
  readonly models: ConfiguredModels;
  readonly chat: ChatModel;
  /** The identity of the application, the first thing that the model is told. */
  readonly prompt: string;
}

interface Round {
  readonly number: number;
  readonly model: string;
  readonly escalationReason?: string;
  readonly conversation: Conversation;
  readonly results: readonly ToolResult[];
}

/** Asks a model, lets it call tools, and asks again, until it answers or its rounds are over. */
@injectable()
export class ModelLoop {
  readonly #secrets = new SecretRemover();

  constructor(
    private readonly settings: ReasoningEngineSettings,
    private readonly guard: ReasoningGuard,
    private readonly toolBox: ToolBox,
    private readonly toolCalls: ToolCalls,
    private readonly telemetry: Telemetry,
    private readonly limit: TimeLimit,
    private readonly log: ListenerLogger,
  ) {}

  /** Answers a question. Checks the operational state and the budget before each call of the model. @throws the signal's reason */
  async answer(asked: AcceptedQuestion, open: OpenModels): Promise<Answer> {
    const { question, route, signal } = asked;
    const { maxRounds, maxSystemLength, maxAnswerLength } = this.settings;
    const system = asked.system === undefined ? open.prompt : `${open.prompt}\n\n${asked.system}`;
    if (system.length > maxSystemLength) {
      return refusal('question_too_long', `What the model is to know is longer than ${maxSystemLength} characters.`);
    }
    const permit = await this.guard.spending();
    if (!permit.ok) return permit;
    const escalationReason = permit.tier === 'downshifted' ? undefined : asked.escalate;
    const model = escalationReason === undefined ? open.models.model : open.models.strongModel;

    const tools = await this.toolBox.open(signal);
    const conversation = open.chat.begin({ model, system, question, tools: [...tools.values()] });
    let results: readonly ToolResult[] = [];
    let toolCalls = 0;
    for (let number = 1; number <= maxRounds; number++) {
      const halt = number === 1 ? permit : await this.guard.spending();
      if (!halt.ok) return halt;
      const turn = await this.#call(asked, open, { number, model, escalationReason, conversation, results });
      if ('ok' in turn) return turn;
      if (turn.calls.length === 0) {
        const refused = this.#end(turn, open, model);
        return (
          refused ?? { ok: true, text: cutText(turn.text.trim(), maxAnswerLength), source: 'model', model, toolCalls }
        );
      }
      if (number === maxRounds) break;
      results = await this.toolCalls.run({ calls: turn.calls, tools, route, signal });
      toolCalls += turn.calls.length;
    }
    return refusal('tool_loop_exceeded', `The model asked for tools ${maxRounds} times, and gave no answer.`);
  }

  /** Logs an end that is not that of a whole answer; returns the refusal when there is nothing to pass on. */
  #end({ text, ended, stopReason }: ModelTurn, { models, provider }: OpenModels, model: string): Refusal | undefined {
    const isRefused = ended?.why === 'refused';
    const isEmpty = text.trim() === '';
    if (ended === undefined && !isEmpty) return undefined;
    const said = this.#shown(ended?.said ?? stopReason, models);
    const { code, what } = END[ended?.why ?? 'empty'];
    const gave = isRefused || isEmpty ? 'no answer' : 'only the beginning of an answer';
    this.log.warn(`The model gave ${gave}: ${said}`, { code, provider, model });
    if (isRefused) return refusal(code, `${what}: ${said}.`);
    return isEmpty ? refusal(code, `${what}.`) : undefined;
  }

  /** Calls the model once, and records its cost. @throws the signal's reason */
  async #call(asked: AcceptedQuestion, open: OpenModels, round: Round): Promise<ModelTurn | Refusal> {
    const { models, provider } = open;
    const { model, escalationReason, conversation, results } = round;
    try {
      const turn = await this.limit.within(models.timeout, asked.signal, (signal) =>
        conversation.next(results, signal),
      );
      const { usage } = turn;
      this.telemetry.record({
        ...usage,
        route: round.number === 1 ? asked.route : 'tool_loop_iteration',
        model,
        costUsd: costUsd(
          models.prices.find((price) => price.model === model),
          usage,
        ),
        escalationReason: escalationReason === undefined ? undefined : cutText(escalationReason, MAX_REASON),
      });
      return turn;
    } catch (error) {
      asked.signal.throwIfAborted();
      const code = codeOf(error);
      if (code === undefined) throw error;
      const reason = this.#shown(messageOf(error), models);
      this.log.warn(`The provider "${provider}" did not answer: ${reason}`, { code, model });
      return refusal(code, `The model did not answer: ${reason}.`);
    }
  }

  /** Words of a vendor as they are shown: without the key, and then cut. */
  #shown(text: string, { apiKey }: Pick<OpenModels['models'], 'apiKey'>): string {
    return cutText(this.#secrets.redact(text, [apiKey]), LONGEST_SAID);
  }
}

/** The ends of a turn that has no whole answer. */
const END = {
  empty: { code: 'empty_answer', what: 'The model said nothing' },
  out_of_tokens: { code: 'empty_answer', what: 'The model ran out of tokens before it answered' },
  context_full: { code: 'context_full', what: 'The context of the model was full before it answered' },
  refused: { code: 'model_refused', what: 'The model refused to answer' },
} as const;

function codeOf(error: unknown): Refusal['code'] | undefined {
  if (error instanceof ModelCallError) return error.code;
  return error instanceof TimeOverError ? 'provider_timeout' : undefined;
}

const PER_MILLION = 1_000_000;

/** The cost of a call in US dollars; 0 without a price. */
function costUsd(price: ModelPrice | undefined, usage: TokenUsage): number {
  if (price === undefined) return 0;
  const { input, output, cacheRead = input, cacheCreation = input } = price;
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = usage;
  return (
    (inputTokens * input + outputTokens * output + cacheReadTokens * cacheRead + cacheCreationTokens * cacheCreation) /
    PER_MILLION
  );
}
