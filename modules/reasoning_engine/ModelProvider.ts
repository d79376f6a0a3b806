import { Identities, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import type { Answerer } from './Answer';
import { AnthropicChat } from './AnthropicChat';
import type { ChatModel } from './ChatModel';
import { ModelLoop } from './ModelLoop';
import { OpenaiChat } from './OpenaiChat';
import { type ConfiguredModels, configuredModels, ReasoningEngineSettings } from './ReasoningEngineSettings';

/** Prepares the models of a provider to answer questions. */
@injectable()
export class ModelProvider {
  constructor(
    private readonly settings: ReasoningEngineSettings,
    private readonly identities: Identities,
    private readonly loop: ModelLoop,
    private readonly log: ListenerLogger,
  ) {}

  /** Prepares the models of Anthropic. @throws ReasoningProviderUnconfiguredError, PackageMissingError, IdentityMissingError */
  async openAnthropic(): Promise<Answerer> {
    const models = configuredModels('anthropic', this.settings.anthropic);
    return this.#open('anthropic', models, new AnthropicChat(models));
  }

  /** Prepares the models of OpenAI. @throws ReasoningProviderUnconfiguredError, PackageMissingError, IdentityMissingError */
  async openOpenai(): Promise<Answerer> {
    const models = configuredModels('openai', this.settings.openai);
    return this.#open('openai', models, new OpenaiChat(models, this.settings.openai.limitField));
  }

  async #open(provider: string, models: ConfiguredModels, chat: ChatModel): Promise<Answerer> {
    const { name, prompt, source } = await this.identities.current();
    this.log.info(`The model speaks as "${name}"`, { source });
    for (const model of new Set([models.model, models.strongModel])) {
      if (models.prices.some((price) => price.model === model)) continue;
      const setting = `reasoning_engine.${provider}.prices`;
      this.log.warn(`The calls of "${model}" are recorded as free, and no budget stops them: it is not in ${setting}`);
    }
    return { answer: (asked) => this.loop.answer(asked, { provider, models, chat, prompt }) };
  }
}
