import { DaemonryError } from 'daemonry';

/** Slack understood a call and refused it. */
export class SlackApiError extends DaemonryError {
  constructor(
    readonly method: string,
    /** Slack's own code, such as `channel_not_found` or `invalid_auth`. */
    readonly slackCode: string,
  ) {
    super('SLACK_REFUSED', {
      what: `Slack refused ${method}: ${slackCode}.`,
      facts: { 'what it means': `https://api.slack.com/methods/${method}#errors` },
      fix: 'correct the message, the scopes of the token, or the token itself: DAEMONRY__SLACK__BOT_TOKEN.',
    });
  }
}
