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
} from 'class-validator';
import { IsDuration, type Duration, Nested, Secret } from 'daemonry';

import { SAFE_URL } from '../shared/safeUrl';

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
