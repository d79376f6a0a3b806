import { ModelSettings } from './ModelSettings';

/** Settings of Anthropic's models, under `reasoning_engine.anthropic`. */
export class AnthropicSettings extends ModelSettings {
  constructor() {
    super({
      baseUrl: 'https://api.anthropic.com',
      model: 'claude-haiku-5-5',
      strongModel: 'claude-sonnet-5-5',
      // Of prompts of at most 100,000 tokens: longer ones cost more, and do not fit the limits of the engine.
      prices: [
        { model: 'claude-haiku-5-5', input: 0.1, output: 0.5, cacheRead: 0.01, cacheCreation: 0.125 },
        { model: 'claude-sonnet-5-5', input: 2, output: 10, cacheRead: 0.2, cacheCreation: 2.5 },
      ],
    });
  }
}
