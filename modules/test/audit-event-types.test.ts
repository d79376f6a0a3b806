import {
  type AuditDetailsOf,
  type AuditEvent,
  AuditEventTypes,
  AuditLog,
  auditLogModule,
  field,
} from '@daemonry/modules/audit_log';
import { type WebServer, webModule } from '@daemonry/modules/web';
import { defineModule } from 'daemonry';
import { createTestApplication } from 'daemonry/testing';

import { call } from './support/call';
import { readRows } from './support/readAudit';
import { appendCode, codesOf, endAuditLogs, givenAuditLog, givenFolder, scanned } from './support/givenAuditLog';

jest.setTimeout(30_000);

// region events
const ORDER_EVENTS = new AuditEventTypes({
  'order.refunded': { order: field.text(64), cents: field.number, reason: field.optional(field.text()) },
});

declare module '@daemonry/modules/audit_log' {
  interface AuditDetails extends AuditDetailsOf<typeof ORDER_EVENTS> {}
}

const orders = defineModule('orders', {
  needs: [auditLogModule()],
  bind: ({ bind }) => void bind(AuditEventTypes).toConstantValue(ORDER_EVENTS),
});
// endregion events

const SOURCE = { source: 'orders' };

const givenOrderLog = (data?: string) => givenAuditLog({ modules: [orders], ...(data !== undefined && { data }) });

afterEach(endAuditLogs);

describe('an event type of a module', () => {
  it('is appended, scanned and handed to consumers like any other, with the details that its table declares', async () => {
    const { audit } = await givenOrderLog();
    const consumer = audit.consumer('ledger', ['order.refunded']);
    await consumer.start();

    const event = await audit.append('order.refunded', { order: 'a', cents: 1_000 }, SOURCE);

    const cents: number = event.details.cents;
    expect(cents).toBe(1_000);
    expect(await scanned(audit, { types: ['order.refunded'] })).toEqual([event]);
    const handed: AuditEvent<'order.refunded'>[] = [];
    await consumer.deliver((refunded) => Promise.resolve(void handed.push(refunded)));
    expect(handed).toEqual([event]);
    expect(audit.types).toContain('order.refunded');
  });

  it('refuses details that its table does not declare, when it is compiled and when it runs', async () => {
    const { audit } = await givenOrderLog();

    // @ts-expect-error -- a field is missing
    await expect(audit.append('order.refunded', { order: 'a' }, SOURCE)).rejects.toMatchObject({
      code: 'AUDIT_EVENT_INVALID',
      message: expect.stringContaining('"cents" is missing') as string,
    });
    // @ts-expect-error -- a field of another type
    await expect(audit.append('order.refunded', { order: 'a', cents: '1' }, SOURCE)).rejects.toThrow(/finite number/);
    expect(await scanned(audit)).toEqual([]);
  });

  it('is refused in an application whose modules do not register it', async () => {
    const { audit } = await givenAuditLog();

    await expect(audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE)).rejects.toMatchObject({
      code: 'AUDIT_EVENT_INVALID',
      message: expect.stringContaining('its type is unknown') as string,
    });
  });

  it('cannot have the name of one that another module registers', async () => {
    const again = new AuditEventTypes({ 'capability.denied': { why: field.text() } });
    const copycat = defineModule('copycat', {
      needs: [auditLogModule()],
      bind: ({ bind }) => void bind(AuditEventTypes).toConstantValue(again),
    });
    const app = await createTestApplication({
      modules: [copycat],
      config: { values: { state: { directory: await givenFolder() } } },
    });

    expect(() => app.container.get(AuditLog)).toThrow(
      expect.objectContaining({ code: 'AUDIT_EVENT_TYPE_TAKEN', facts: { type: 'capability.denied' } }) as Error,
    );
    await app.stop();
  });

  it('can be asked for over HTTP', async () => {
    const { app, audit } = await givenAuditLog({ modules: [orders, webModule()], values: { web: { port: 0 } } });
    await audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const url = app.listeners.resolve<WebServer>('web').address?.url ?? '';

    const { body } = await call(`${url}/api/audit?types=order.refunded`);

    expect(body).toMatchObject({ events: [{ type: 'order.refunded', details: { order: 'a' } }], more: false });
  });
});

describe('events of a module that is no longer loaded', () => {
  const withoutOrders = { modules: [auditLogModule()] };

  it('keep their place in the log, and are left out by readers without a warning', async () => {
    const given = await givenOrderLog();
    await appendCode(given.audit, 'c1');
    await given.audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const { app, audit } = await given.restart(withoutOrders);

    expect(codesOf(await scanned(audit))).toEqual(['c1']);
    expect(await audit.latest(1)).toMatchObject([{ type: 'reasoning.refused' }]);
    expect(await appendCode(audit, 'c2')).toMatchObject({ sequence: 3 });

    const tail = [];
    for await (const event of audit.tail(0).read()) tail.push(event);
    expect(codesOf(tail)).toEqual(['c1', 'c2']);
    expect(app.logs.filter(({ level }) => level === 'warn')).toEqual([]);
    expect(await readRows(given.data, 'audit_log_events')).toMatchObject([{}, { type: 'order.refunded' }, {}]);
  });

  it('are read again once the module is', async () => {
    const given = await givenOrderLog();
    const event = await given.audit.append('order.refunded', { order: 'a', cents: 1 }, SOURCE);
    const without = await given.restart(withoutOrders);
    await appendCode(without.audit, 'c1');
    const { audit } = await without.restart({ modules: [orders] });

    expect(await scanned(audit, { types: ['order.refunded'] })).toEqual([event]);
  });
});
