import type { IncomingHttpHeaders } from 'node:http';

import { limited, ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { AuditLog } from '../audit_log/AuditLog';

/** Headers that are kept of a call that was not handled. A signature is cut, so that it is of no use. */
const KEPT = [
  'content-type',
  'content-length',
  'user-agent',
  'x-slack-request-timestamp',
  'x-webhook-timestamp',
  'x-slack-retry-num',
] as const;
const SIGNATURES = ['x-slack-signature', 'x-webhook-signature'] as const;
const SIGNATURE_LENGTH = 12;
const VALUE_LENGTH = 200;

export interface DeadLetter {
  readonly webhook: 'slack' | 'email';
  readonly reason: string;
  /** The status that the caller was answered with. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Calls that were refused or could not be handled: one line in the log, one row in the audit log, never the body. */
@injectable()
export class DeadLetters {
  constructor(
    private readonly audit: AuditLog,
    private readonly log: ListenerLogger,
  ) {}

  /** Never rejects. */
  async write({ webhook, reason, status, headers }: DeadLetter): Promise<void> {
    this.log.warn('webhook dead letter', { webhook, reason, status, ...limited('webhooks: dead letters', 20) });
    const details = { webhook, reason, status, headers: keptOf(headers) };
    await this.audit.tell('webhook.dead_letter', details, { source: 'webhooks' });
  }
}

function keptOf(headers: IncomingHttpHeaders): Record<string, string> {
  const value = (name: string, length: number): [string, string][] => {
    const given = headers[name];
    return typeof given === 'string' ? [[name, given.slice(0, length)]] : [];
  };
  return Object.fromEntries([
    ...KEPT.flatMap((name) => value(name, VALUE_LENGTH)),
    ...SIGNATURES.flatMap((name) => value(name, SIGNATURE_LENGTH)),
  ]);
}
