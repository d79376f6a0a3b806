import { BackgroundDaemon, ListenerLogger, type OnShutdown, type OnStartup, type StartupContext } from 'daemonry';

import { AuditLog } from '../audit_log/AuditLog';
import {
  type Answer,
  type Answerer,
  type AnswerRefusalCode,
  type Question,
  type ReasoningProvider,
  refusal,
} from './Answer';
import { ReasoningProviderUnknownError } from './errors';
import { LocalProvider } from './LocalProvider';
import { ModelProvider } from './ModelProvider';
import { ReasoningEngineSettings } from './ReasoningEngineSettings';
import { ReasoningGuard } from './ReasoningGuard';

const NAME = 'reasoning_engine';

/** Refusals by the engine itself, which the audit log records; other codes say that it could not answer. */
const REFUSED: ReadonlySet<AnswerRefusalCode> = new Set([
  'question_too_long',
  'operational_state_paused',
  'operational_state_stopped',
  'cost_ladder_halted',
  'state_unreadable',
  'tool_loop_exceeded',
]);

/** The state of a running engine. */
interface Running {
  readonly answerer: Answerer;
  /** Aborts when it stops. */
  readonly stop: AbortController;
  readonly answering: Set<Promise<unknown>>;
}

/** Holds the configured provider, and answers questions about the application with it. */
@BackgroundDaemon({ name: NAME, fatalOnStartupFailure: true })
export class ReasoningEngine implements OnStartup, OnShutdown {
  readonly #providers: ReadonlyMap<string, ReasoningProvider>;
  #running: Running | undefined;

  constructor(
    private readonly settings: ReasoningEngineSettings,
    private readonly guard: ReasoningGuard,
    private readonly audit: AuditLog,
    private readonly log: ListenerLogger,
    local: LocalProvider,
    models: ModelProvider,
  ) {
    this.#providers = new Map<string, ReasoningProvider>([
      ['local', local],
      ['anthropic', { open: () => models.openAnthropic() }],
      ['openai', { open: () => models.openOpenai() }],
    ]);
  }

  /** Prepares the configured provider. @throws ReasoningProviderUnknownError, ReasoningProviderUnconfiguredError, PackageMissingError, IdentityMissingError */
  async startup({ log }: StartupContext): Promise<void> {
    const { provider: name } = this.settings;
    const provider = this.#providers.get(name);
    if (provider === undefined) throw new ReasoningProviderUnknownError(name, [...this.#providers.keys()]);
    this.#running = { answerer: await provider.open(), stop: new AbortController(), answering: new Set() };
    log.debug(`Answers with the provider "${name}"`);
  }

  /** Ends questions that are being answered at once, with a refusal, and waits for them. */
  async shutdown(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stop.abort(new Error('the reasoning engine stops'));
    await Promise.allSettled([...(running?.answering ?? [])]);
  }

  /** Answers a question. Never rejects: a question that cannot be answered resolves with a {@link Refusal}. */
  async respond(question: Question): Promise<Answer> {
    const running = this.#running;
    if (running === undefined) return refusal('not_running', 'The reasoning engine does not run.');
    const answering = this.#respond(question, running);
    running.answering.add(answering);
    try {
      return await answering;
    } finally {
      running.answering.delete(answering);
    }
  }

  async #respond(question: Question, { answerer, stop }: Running): Promise<Answer> {
    const { signal = stop.signal, route = 'unknown' } = question;
    const either = AbortSignal.any([signal, stop.signal]);
    try {
      const answer = await this.#answer({ ...question, route, signal: either }, answerer);
      if (!answer.ok && REFUSED.has(answer.code))
        await this.audit.tell('reasoning.refused', { route, code: answer.code }, { source: NAME });
      if (!either.aborted) return answer;
    } catch (error) {
      if (!either.aborted) {
        this.log.error('A question found a defect of the reasoning engine', { error });
        return refusal('provider_failed', 'The question could not be answered; the log says why.');
      }
    }
    if (stop.signal.aborted) return refusal('not_running', 'The reasoning engine has stopped.');
    return refusal('cancelled', 'The question was taken back.');
  }

  async #answer(asked: Question & Required<Pick<Question, 'route' | 'signal'>>, answerer: Answerer): Promise<Answer> {
    const question = typeof asked.question === 'string' ? asked.question.trim() : '';
    if (question === '') return refusal('question_empty', 'The question is empty.');
    const { maxQuestionLength } = this.settings;
    if (question.length > maxQuestionLength) {
      return refusal('question_too_long', `The question is longer than ${maxQuestionLength} characters.`);
    }
    asked.signal.throwIfAborted();
    return (await this.guard.refusal()) ?? (await answerer.answer({ ...asked, question }));
  }
}
