import { IsOptional, Matches } from 'class-validator';
import { IsDuration, type Duration, Secret, Settings } from 'daemonry';

// The token goes there with every call, so only loopback may be called in the clear.
const API_URL = /^(https:\/\/[^\s/@?#]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(\/[^\s?#]*)?\/$/;

/** Settings of the Slack client, under `slack`. */
@Settings('slack')
export class SlackSettings {
  /** The bot token (`xoxb-…`). Default: none, which disables the client. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,500}$/, { message: 'botToken must be one word of printable ASCII' })
  readonly botToken?: string;

  @Matches(API_URL, { message: 'apiUrl must be an https URL that ends with a slash (http is for loopback only)' })
  readonly apiUrl: string = 'https://slack.com/api/';

  /** Of one call. */
  @IsDuration({ min: '10ms', max: '2m' })
  readonly timeout: Duration = '10s';
}
