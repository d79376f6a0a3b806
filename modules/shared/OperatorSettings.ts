import { IsEmail, IsOptional, Matches } from 'class-validator';
import { Settings } from 'daemonry';

/** Whom the application tells, and under which address it writes, under `operator`. */
@Settings('operator')
export class OperatorSettings {
  /** The Slack user or channel that is told. Default: none, and nothing is posted. */
  @IsOptional()
  @Matches(/^[A-Z0-9]{2,50}$/, { message: 'slackUser must be an id of Slack, such as U012AB3CD' })
  readonly slackUser?: string;

  /** The operator's own mail address. Default: none, and nothing is mailed. */
  @IsOptional()
  @IsEmail({ require_tld: false })
  readonly email?: string;

  /** The address under which the application sends and receives mail. */
  @IsOptional()
  @IsEmail({ require_tld: false })
  readonly agentEmail?: string;
}
