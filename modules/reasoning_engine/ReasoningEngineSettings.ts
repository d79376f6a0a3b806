import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsNumber,
  IsOptional,
  Length,
  Matches,
  Max,
  Min,
  IsIn,
  IsString,
} from 'class-validator';
import { IsDuration, type Duration, Nested, Secret, Settings } from 'daemonry';

import { SAFE_URL } from '../shared/safeUrl';
import { ReasoningProviderUnconfiguredError } from './errors';

/** What a model costs, in US dollars for a million tokens. */
export class ModelPrice {
  /** The model, named as in the settings. */
  @Length(1, 200)
  readonly model!: string;

  /** For what it reads. */
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly input!: number;

  /** For what it writes. */
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly output!: number;

  /** For what it reads from the provider's cache. Default: that of `input`. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly cacheRead?: number;

  /** For what is written to the provider's cache. Default: that of `input`. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly cacheCreation?: number;
}

/** In what providers differ. */
export type ModelDefaults = Pick<ModelSettings, 'baseUrl' | 'model' | 'strongModel' | 'prices'>;

/** What the settings of every provider of models hold. */
export abstract class ModelSettings {
  /** The key of the provider's API. Default: none, and the provider cannot be used. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,1000}$/, { message: 'apiKey must be one word of printable ASCII' })
  readonly apiKey?: string;

  /** Where the provider's API is. */
  @Matches(SAFE_URL, { message: 'baseUrl must be an https URL (http is for loopback only)' })
  readonly baseUrl: string;

  /** The model that answers. Default: none, and the provider cannot be used. */
  @IsOptional()
  @Length(1, 200)
  readonly model?: string;

  /** The model for questions that say why they are hard. Default: that of `model`. */
  @IsOptional()
  @Length(1, 200)
  readonly strongModel?: string;

  /** How many tokens an answer may have, the model's own thinking included. */
  @IsInt()
  @Min(1)
  @Max(200_000)
  readonly maxTokens: number = 4_096;

  /** How long one call of a model may take. */
  @IsDuration({ min: '10ms', max: '10m' })
  readonly timeout: Duration = '60s';

  /** What the models cost. The calls of one that is not listed are recorded as free. */
  @Nested(() => ModelPrice)
  @IsArray()
  @ArrayMaxSize(100)
  @ArrayUnique((price: ModelPrice) => price.model, { message: 'prices must be of different models' })
  readonly prices: readonly ModelPrice[];

  protected constructor({ baseUrl, model, strongModel, prices }: ModelDefaults) {
    this.baseUrl = baseUrl;
    this.model = model;
    this.strongModel = strongModel;
    this.prices = prices;
  }
}

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

/** Settings of OpenAI's models, and of endpoints that speak its protocol, under `reasoning_engine.openai`. */
export class OpenaiSettings extends ModelSettings {
  /** How the endpoint calls the limit of an answer: many know only `max_tokens`. */
  @IsIn(['max_completion_tokens', 'max_tokens'])
  readonly limitField: 'max_completion_tokens' | 'max_tokens' = 'max_completion_tokens';

  constructor() {
    super({ baseUrl: 'https://api.openai.com/v1', prices: [] });
  }
}

/** Settings of the reasoning engine, under `reasoning_engine`. */
@Settings('reasoning_engine')
export class ReasoningEngineSettings {
  /** What answers: `local` (reads the snapshot and needs no model), `anthropic` or `openai`. Another one fails the startup. */
  @IsString()
  @Length(1, 100)
  readonly provider: string = 'local';

  /** How many characters a question may have; a longer one is refused. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly maxQuestionLength: number = 2_000;

  /** How many characters a model may be told beside the question: the identity, and what the caller adds. */
  @IsInt()
  @Min(1)
  @Max(200_000)
  readonly maxSystemLength: number = 50_000;

  /** How many characters of a model's answer are passed on. */
  @IsInt()
  @Min(100)
  @Max(100_000)
  readonly maxAnswerLength: number = 10_000;

  /** How often a model is called for one question, at most. */
  @IsInt()
  @Min(1)
  @Max(20)
  readonly maxRounds: number = 5;

  /** How long a tool may take. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly toolTimeout: Duration = '10s';

  /** How many characters of what a tool gives are passed on to the model. */
  @IsInt()
  @Min(100)
  @Max(100_000)
  readonly maxToolOutputLength: number = 8_000;

  /** The models of Anthropic. */
  @Nested(() => AnthropicSettings)
  readonly anthropic: AnthropicSettings = new AnthropicSettings();

  /** The models of OpenAI, or of any endpoint that speaks its protocol. */
  @Nested(() => OpenaiSettings)
  readonly openai: OpenaiSettings = new OpenaiSettings();
}

/** Settings with everything in them that a provider cannot do without. */
export type ConfiguredModels = ModelSettings & Readonly<Record<'apiKey' | 'model' | 'strongModel', string>>;

/** @throws ReasoningProviderUnconfiguredError when the key or the model is missing */
export function configuredModels(provider: string, settings: ModelSettings): ConfiguredModels {
  const { apiKey, model, strongModel = model } = settings;
  if (apiKey === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'apiKey');
  if (model === undefined || strongModel === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'model');
  return { ...settings, apiKey, model, strongModel };
}
