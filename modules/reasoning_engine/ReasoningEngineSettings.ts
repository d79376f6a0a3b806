import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';

import { SAFE_URL } from '../shared/settings';
import { ReasoningProviderUnconfiguredError } from './errors';

/** Price of a model in US dollars per million tokens. */
export class ModelPrice {
  /** Name of the model, as in the settings. */
  @Length(1, 200)
  readonly model!: string;

  /** Price of the tokens that the model reads. */
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly input!: number;

  /** Price of the tokens that the model writes. */
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly output!: number;

  /** Price of the tokens read from the provider's cache. Default: that of `input`. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly cacheRead?: number;

  /** Price of the tokens written to the provider's cache. Default: that of `input`. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(10_000)
  readonly cacheCreation?: number;
}

/** Defaults of a provider. */
export type ModelDefaults = Pick<ModelSettings, 'baseUrl' | 'model' | 'strongModel' | 'prices'>;

/** Settings that every provider of models has. */
export abstract class ModelSettings {
  /** The key of the provider's API. Default: none, and the provider cannot be used. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,1000}$/, { message: 'apiKey must be one word of printable ASCII' })
  readonly apiKey?: string;

  /** URL of the provider's API. */
  @Matches(SAFE_URL, { message: 'baseUrl must be an https URL (http is for loopback only)' })
  readonly baseUrl: string;

  /** The model that answers. Default: none, and the provider cannot be used. */
  @IsOptional()
  @Length(1, 200)
  readonly model?: string;

  /** The model for questions that give a reason to escalate. Default: that of `model`. */
  @IsOptional()
  @Length(1, 200)
  readonly strongModel?: string;

  /** Maximum number of tokens of an answer, the model's own thinking included. */
  @IsInt()
  @Min(1)
  @Max(200_000)
  readonly maxTokens: number = 4_096;

  /** Time limit of one call of a model. */
  @IsDuration({ min: '10ms', max: '10m' })
  readonly timeout: Duration = '60s';

  /** Prices of the models. Calls of a model that is not listed are recorded as free. */
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
      // Prices of prompts up to 100,000 tokens. Longer ones cost more, and do not fit the limits of the engine.
      prices: [
        { model: 'claude-haiku-5-5', input: 0.1, output: 0.5, cacheRead: 0.01, cacheCreation: 0.125 },
        { model: 'claude-sonnet-5-5', input: 2, output: 10, cacheRead: 0.2, cacheCreation: 2.5 },
      ],
    });
  }
}

/** Settings of OpenAI's models, and of endpoints with its protocol, under `reasoning_engine.openai`. */
export class OpenaiSettings extends ModelSettings {
  /** Name that the endpoint gives to the limit of an answer; many know only `max_tokens`. */
  @IsIn(['max_completion_tokens', 'max_tokens'])
  readonly limitField: 'max_completion_tokens' | 'max_tokens' = 'max_completion_tokens';

  constructor() {
    super({ baseUrl: 'https://api.openai.com/v1', prices: [] });
  }
}

/** Settings of the reasoning engine, under `reasoning_engine`. */
@Settings('reasoning_engine')
export class ReasoningEngineSettings {
  /** Provider of the answers: `local` (reads the snapshot, needs no model), `anthropic` or `openai`. Others fail the startup. */
  @IsString()
  @Length(1, 100)
  readonly provider: string = 'local';

  /** Maximum length of a question in characters; longer ones are refused. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly maxQuestionLength: number = 2_000;

  /** Maximum length of the text beside the question, in characters: the identity and the caller's instructions. */
  @IsInt()
  @Min(1)
  @Max(200_000)
  readonly maxSystemLength: number = 50_000;

  /** Length at which a model's answer is cut, in characters. */
  @IsInt()
  @Min(100)
  @Max(100_000)
  readonly maxAnswerLength: number = 10_000;

  /** Maximum number of calls of a model per question. */
  @IsInt()
  @Min(1)
  @Max(20)
  readonly maxRounds: number = 5;

  /** Time limit of one tool call. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly toolTimeout: Duration = '10s';

  /** Length at which a tool's result is cut before the model sees it, in characters. */
  @IsInt()
  @Min(100)
  @Max(100_000)
  readonly maxToolOutputLength: number = 8_000;

  /** Settings of the models of Anthropic. */
  @Nested(() => AnthropicSettings)
  readonly anthropic: AnthropicSettings = new AnthropicSettings();

  /** Settings of the models of OpenAI, or of any endpoint with its protocol. */
  @Nested(() => OpenaiSettings)
  readonly openai: OpenaiSettings = new OpenaiSettings();
}

/** Settings that have everything that a provider needs. */
export type ConfiguredModels = ModelSettings & Readonly<Record<'apiKey' | 'model' | 'strongModel', string>>;

/** Checks the settings of a provider. @throws ReasoningProviderUnconfiguredError when the key or the model is missing */
export function configuredModels(provider: string, settings: ModelSettings): ConfiguredModels {
  const { apiKey, model, strongModel = model } = settings;
  if (apiKey === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'apiKey');
  if (model === undefined || strongModel === undefined) throw new ReasoningProviderUnconfiguredError(provider, 'model');
  return { ...settings, apiKey, model, strongModel };
}
