import { IsInt, IsString, Length, Max, Min } from 'class-validator';
import { Settings } from 'daemonry';

/** Settings of the reasoning engine, under `reasoning_engine`. */
@Settings('reasoning_engine')
export class ReasoningEngineSettings {
  /** What answers: `local` reads the snapshot and needs no model. An unknown one fails the startup. */
  @IsString()
  @Length(1, 100)
  readonly provider: string = 'local';

  /** In characters; a longer question is refused. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  readonly maxQuestionLength: number = 2_000;
}
