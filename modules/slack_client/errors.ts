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

/** A call to Slack got no usable answer, after every attempt that is made. */
export class SlackTransportError extends DaemonryError {
  constructor(
    readonly method: string,
    readonly reason: string,
    /** The status of the last answer, when there was one. */
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
