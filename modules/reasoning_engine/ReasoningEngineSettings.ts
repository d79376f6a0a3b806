import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { IsDuration, type Duration, Nested, Settings } from 'daemonry';

import { AnthropicSettings } from './AnthropicSettings';
import { OpenaiSettings } from './OpenaiSettings';

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
