import { Available, type Availability } from 'daemonry';
import { injectable } from 'inversify';

import { PurelymailClient } from '../purelymail_client/PurelymailClient';
import { errorText } from '../shared/errorText';
import { OperatorSettings } from '../shared/OperatorSettings';

/** Tells the operator by mail. */
@injectable()
export class OperatorMail {
  constructor(
    @Available(PurelymailClient) private readonly mail: Availability<PurelymailClient>,
    private readonly operator: OperatorSettings,
  ) {}

  /** What is not configured, so that nothing will ever be sent; `undefined` when all of it is. */
  get notConfigured(): string | undefined {
    if (this.operator.email === undefined) return 'no operator.email is configured';
    const mail = this.mail.current();
    return mail.state === 'disabled' ? `purelymail_client is disabled: ${mail.reason}` : undefined;
  }

  /**
   * Sends a mail to `operator.email`; resolves with what went wrong, if anything.
   *
   * @throws the signal's reason, when it aborts before the mail is sent.
   */
  async send(subject: string, text: string, signal: AbortSignal): Promise<string | undefined> {
    const { email: to } = this.operator;
    const mail = this.mail.current();
    if (to === undefined || mail.state !== 'ready') {
      return this.notConfigured ?? `purelymail_client does not run (${mail.state})`;
    }
    try {
      const result = await mail.instance.send({ to, subject, text, signal });
      return result.status === 'sent' ? undefined : `${result.code}: ${result.reason}`;
    } catch (error) {
      signal.throwIfAborted();
      return errorText(error).split('\n', 1)[0] ?? '';
    }
  }
}
