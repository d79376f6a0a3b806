import { DaemonryError } from 'daemonry';

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
