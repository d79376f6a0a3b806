import type { AuditDetails } from '@daemonry/modules/audit_log';
import { IsString } from 'class-validator';
import { BackgroundDaemon, type OnStartup, Secret, Settings } from 'daemonry';

import { endAuditLogs, givenAuditLog, scanned } from './support/givenAuditLog';
import { readRows } from './support/readAudit';

afterEach(endAuditLogs);

const SECRET = 'swordfish-0123456789';

@Settings('orders')
class OrderSettings {
  @Secret()
  @IsString()
  readonly token: string = '';
}

@BackgroundDaemon({ name: 'order_sync' })
class OrderSync implements OnStartup {
  constructor(readonly settings: OrderSettings) {}
  startup(): void {
    return;
  }
}

const BY = { source: 'order_sync' };

describe('the details of an audit event', () => {
  it('are without the secrets of the settings: texts, lists of them, and headers, before they are cut', async () => {
    const { audit, data } = await givenAuditLog({ listeners: [OrderSync], values: { orders: { token: SECRET } } });
    const denied: AuditDetails['capability.denied'] = {
      surface: 'mcp',
      caller: 'desk',
      capability: 'delete',
      reason: `no ${SECRET}`,
    };
    const letter = { webhook: 'slack', reason: 'stale', status: 408, headers: { 'x-shop': `of ${SECRET}` } } as const;

    const appended = await audit.append('capability.denied', denied, BY);
    await audit.tell('webhook.dead_letter', letter, BY);
    await audit.transaction(async (_statements, append) => {
      await append('slack.reply_failed', { channel: 'C1', error: `${'x'.repeat(2_030)}${SECRET}` }, BY);
    });

    expect(appended.details.reason).toBe('no [redacted]');
    expect(await scanned(audit)).toMatchObject([
      { details: { reason: 'no [redacted]' } },
      { details: { headers: { 'x-shop': 'of [redacted]' } } },
      { details: { error: `${'x'.repeat(2_030)}[redacted]` } },
    ]);
    expect(JSON.stringify(await readRows(data, 'audit_log_events'))).not.toMatch(/swordfish/);
  });
});
