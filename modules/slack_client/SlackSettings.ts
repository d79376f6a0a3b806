import { IsOptional, Matches } from 'class-validator';
import { IsDuration, type Duration, Secret, Settings } from 'daemonry';

import { SAFE_URL } from '../shared/safeUrl';

/** Settings of the Slack client, under `slack`. */
@Settings('slack')
export class SlackSettings {
  /** The bot token (`xoxb-…`). Default: none, which disables the client. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,500}$/, { message: 'botToken must be one word of printable ASCII' })
  readonly botToken?: string;

  /** Where Slack's API is. */
  @Matches(SAFE_URL, { message: 'apiUrl must be an https URL (http is for loopback only)' })
  @Matches(/\/$/, { message: 'apiUrl must have a slash at its end' })
  readonly apiUrl: string = 'https://slack.com/api/';

  /** How long one call may take. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly timeout: Duration = '10s';
}
