import { BackgroundDaemon, type OnShutdown, type OnStartup, type StartupContext } from 'daemonry';

import { type Answer, type Question, refusal } from './Answer';
import { LocalProvider } from './LocalProvider';
import { ReasoningEngineSettings } from './ReasoningEngineSettings';
import type { ReasoningProvider } from './ReasoningProvider';
import { ReasoningProviderUnknownError } from './ReasoningProviderUnknownError';

/** Holds the configured provider, and answers questions about the application with it. */
@BackgroundDaemon({ name: 'reasoning_engine', fatalOnStartupFailure: true })
export class ReasoningEngine implements OnStartup, OnShutdown {
  readonly #known: ReadonlyMap<string, ReasoningProvider>;
  #provider: ReasoningProvider | undefined;

  constructor(
    private readonly settings: ReasoningEngineSettings,
    local: LocalProvider,
  ) {
    this.#known = new Map([['local', local]]);
  }

  /** @throws ReasoningProviderUnknownError */
  startup({ log }: StartupContext): void {
    const { provider } = this.settings;
    this.#provider = this.#known.get(provider);
    if (this.#provider === undefined) throw new ReasoningProviderUnknownError(provider, [...this.#known.keys()]);
    log.info(`Answers with the provider "${provider}"`);
  }

  shutdown(): void {
    this.#provider = undefined;
  }

  /** Never rejects: a question that cannot be answered is an answer that says so. */
  async respond({ question, signal }: Question): Promise<Answer> {
    if (this.#provider === undefined) return refusal('not_running', 'The reasoning engine does not run.');
    const asked = typeof question === 'string' ? question.trim() : '';
    const { maxQuestionLength } = this.settings;
    if (asked === '') return refusal('question_empty', 'The question is empty.');
    if (asked.length > maxQuestionLength) {
      return refusal('question_too_long', `The question is longer than ${maxQuestionLength} characters.`);
    }
    const answer = signal?.aborted === true ? undefined : await this.#provider.answer(asked, signal);
    return answer === undefined || signal?.aborted === true
      ? refusal('cancelled', 'The question was taken back.')
      : answer;
  }
}
