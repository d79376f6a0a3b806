import { IsIn } from 'class-validator';

import { ModelSettings } from './ModelSettings';

/** Settings of OpenAI's models, and of endpoints that speak its protocol, under `reasoning_engine.openai`. */
export class OpenaiSettings extends ModelSettings {
  /** How the endpoint calls the limit of an answer: many know only `max_tokens`. */
  @IsIn(['max_completion_tokens', 'max_tokens'])
  readonly limitField: 'max_completion_tokens' | 'max_tokens' = 'max_completion_tokens';

  constructor() {
    super({ baseUrl: 'https://api.openai.com/v1', prices: [] });
  }
}
