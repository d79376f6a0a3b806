import { type Availability, Available, Clock, durationMs, limited, ListenerLogger } from 'daemonry';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { injectable } from 'inversify';

import { InboundMail } from '../email_inbound_imap/InboundMail';
import { MailReader } from '../email_inbound_imap/MailReader';
import { OperatorSettings } from '../shared/settings';
import { SlackClient } from '../slack_client/SlackClient';
import { failure } from '../web/failures';
import { DeadLetters } from './DeadLetters';
import { HandledMails } from './HandledMails';
import { PendingAnswers } from './PendingAnswers';
import { SeenCalls } from './SeenCalls';
import { type Askers, askersOf, mayAsk } from './mayAsk';
import { readSlackEvent, type SlackCaller } from './slackEvent';
import { type Disbelief, fault, verifyMail, verifySlack, verifyTimedMail } from './verify';
import { WebhookSettings } from './WebhookSettings';

type Webhook = 'slack' | 'email';

const SLACK_BODY_BYTES = 262_144;
const MAIL_TYPES = ['message/rfc822', 'application/octet-stream'];
const TOO_MANY_CALLS = 429;
const FAULT_OF_BODY: Readonly<Record<number, string>> = { 413: 'body_too_large', 415: 'media_type_unsupported' };

/** The routes of the public port, and nothing else: no route of another module can be among them. */
@injectable()
export class WebhookRoutes {
  /** Mails that are being handled, by their fingerprints. */
  readonly #mails = new Set<string>();
  readonly #handling = new Set<Promise<unknown>>();

  constructor(
    private readonly settings: WebhookSettings,
    private readonly seen: SeenCalls,
    private readonly handled: HandledMails,
    private readonly pending: PendingAnswers,
    private readonly reader: MailReader,
    private readonly mail: InboundMail,
    private readonly operator: OperatorSettings,
    @Available(SlackClient) private readonly slack: Availability<SlackClient>,
    private readonly deadLetters: DeadLetters,
    private readonly clock: Clock,
    private readonly log: ListenerLogger,
  ) {}

  register(server: FastifyInstance): void {
    // A signature is over the bytes as they came.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser(['application/json', ...MAIL_TYPES], { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    server.get('/healthz', () => ({ ok: true }));
    server.post('/api/webhooks/slack/events', this.#route('slack', SLACK_BODY_BYTES), (request, reply) =>
      this.#track(this.#slack(request, reply)),
    );
    server.post('/api/webhooks/email/inbound', this.#route('email', this.settings.maxMailBytes), (request, reply) =>
      this.#track(this.#email(request, reply)),
    );
  }

  /** Resolves once every call that was read is handled. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#handling]);
  }

  #route(webhook: Webhook, bodyLimit: number): RouteShorthandOptions {
    return {
      bodyLimit,
      onError: async ({ headers }, _reply, { statusCode: status = 500 }) => {
        if (status === TOO_MANY_CALLS) return;
        const reason = `${webhook}_${status < 500 ? (FAULT_OF_BODY[status] ?? 'body_unreadable') : 'handler_error'}`;
        await this.deadLetters.write({ webhook, reason, status, headers });
      },
    };
  }

  async #track<T>(handling: Promise<T>): Promise<T> {
    this.#handling.add(handling);
    try {
      return await handling;
    } finally {
      this.#handling.delete(handling);
    }
  }

  async #slack(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = bodyOf(request);
    const { slackSigningSecret: secret, tolerance } = this.settings;
    const call = {
      timestamp: header(request, 'x-slack-request-timestamp'),
      signature: header(request, 'x-slack-signature'),
      body,
    };
    const verdict = verifySlack(call, { secret, now: this.clock.now(), toleranceMs: durationMs(tolerance) });
    if (!verdict.ok) return this.#refuse('slack', verdict, request, reply);
    const event = readSlackEvent(body);
    switch (event.kind) {
      case 'challenge':
        return reply.send({ challenge: event.challenge });
      case 'other':
        return reply.send({ ok: true });
      case 'malformed':
        return this.#deadLetter('slack', 'slack_malformed', 400, request, reply);
      case 'question':
        break;
    }
    const { question, caller } = event;
    // Not a 4xx: Slack would send it again, and switch the address off.
    if (!mayAsk(caller, this.#askers())) return this.#forbid(caller, request, reply);
    const taking = await this.seen.take(verdict.fingerprint, question);
    switch (taking) {
      case 'replayed':
        return this.#refuse('slack', fault('replayed', 409), request, reply);
      case 'full':
        return this.#deadLetter('slack', 'slack_too_many_pending', 503, request, reply);
      case 'taken':
        this.pending.take(question, request.headers);
        return reply.send({ ok: true });
      // Slack sends an event again, signed anew, when the answer to its call was late or lost.
      case 'known':
        return reply.send({ ok: true });
    }
  }

  #askers(): Askers {
    const slack = this.slack.current();
    return askersOf(this.settings, this.operator, slack.state === 'ready' ? slack.instance.teamId : undefined);
  }

  async #forbid(caller: SlackCaller, { headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    this.log.warn('Somebody who may not ask has asked in Slack', {
      user: caller.user,
      teams: caller.teams,
      ...limited('webhooks: may not ask'),
    });
    await this.deadLetters.write({ webhook: 'slack', reason: 'slack_user_not_allowed', status: 200, headers });
    return reply.send({ ok: true });
  }

  async #email(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = bodyOf(request);
    const { emailSecret: secret, tolerance } = this.settings;
    const signature = header(request, 'x-webhook-signature');
    const timestamp = header(request, 'x-webhook-timestamp');
    const rule = { secret, now: this.clock.now(), toleranceMs: durationMs(tolerance) };
    const isTimed = timestamp !== undefined;
    const verdict = isTimed
      ? verifyTimedMail({ timestamp, signature, body }, rule)
      : verifyMail(signature, body, secret);
    if (!verdict.ok) return this.#refuse('email', verdict, request, reply);
    const { fingerprint } = verdict;
    // A call with its time is of no use when that is over.
    const ledger = isTimed ? this.seen : this.handled;
    if (this.#mails.has(fingerprint)) return this.#refuse('email', fault('replayed', 409), request, reply);
    this.#mails.add(fingerprint);
    try {
      if (await ledger.has(fingerprint)) return await this.#refuse('email', fault('replayed', 409), request, reply);
      if (!isTimed && (await this.handled.isFull())) {
        return await this.#refuse('email', fault('timestamp_missing'), request, reply);
      }
      const { status, settled } = await this.mail.receive(await this.reader.read(body), { source: 'webhooks' });
      // It may come again: the sender keeps it.
      if (!settled) return await this.#deadLetter('email', `email_${status}`, 503, request, reply);
      // Only now: what was not handled, also because the process died, is no replay when it comes again.
      await ledger.add(fingerprint);
      return await reply.send({ status });
    } catch (error) {
      this.log.error('An inbound mail could not be handled', { error, ...limited('webhooks: unhandled mails') });
      return await this.#deadLetter('email', 'email_handler_error', 503, request, reply);
    } finally {
      this.#mails.delete(fingerprint);
    }
  }

  #refuse(webhook: Webhook, verdict: Disbelief, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.#deadLetter(webhook, `${webhook}_${verdict.fault}`, verdict.status, request, reply);
  }

  async #deadLetter(
    webhook: Webhook,
    reason: string,
    status: number,
    { headers }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    await this.deadLetters.write({ webhook, reason, status, headers });
    return reply.code(status).send(failure(reason.toUpperCase(), 'The call was not handled.'));
  }
}

const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

function header({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
