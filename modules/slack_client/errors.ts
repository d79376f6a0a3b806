import { DaemonryError } from 'daemonry';

/** Slack understood a call and refused it. */
export class SlackApiError extends DaemonryError<'SLACK_REFUSED'> {
  constructor(
    /** The method of Slack's API. */
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

/** A call to Slack got no usable answer, retry included. */
export class SlackTransportError extends DaemonryError<'SLACK_RATE_LIMITED' | 'SLACK_UNREACHABLE'> {
  constructor(
    /** The method of Slack's API. */
    readonly method: string,
    /** In words, without the token. */
    readonly reason: string,
    /** HTTP status of the last answer; absent without an answer. */
    readonly lastStatus?: number,
  ) {
    super(lastStatus === 429 ? 'SLACK_RATE_LIMITED' : 'SLACK_UNREACHABLE', {
      what: `${method} did not get through to Slack: ${reason}.`,
      facts: { status: lastStatus },
      fix:
        lastStatus === 429
          ? 'post less often, or later.'
          : 'check the network, slack.apiUrl and https://slack-status.com, then try again.',
    });
  }
}
